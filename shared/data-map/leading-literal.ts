/** `ORDER#2024-…` → `ORDER#`: only what reads like a schema's own word, one in capitals, never a value. */
export const leadingLiteral = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : /^[A-Z]{2,20}[#|:/]/.exec(text)?.[0]
