/** `meta-callback` becomes `MetaCallback`: ids of constructs and outputs are letters and digits. */
export const idOf = (name: string): string =>
  name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
