/** Log lines as JSON: events and our own words about them, never a person. */

export type Detail = Readonly<Record<string, string | number | boolean | undefined>>

const write =
  (level: 'info' | 'warn' | 'error') =>
  (event: string, detail: Detail = {}): void =>
    console[level](JSON.stringify({ level, event, ...detail }))

/** One line per call; CloudWatch and `npm start` read it as JSON. */
export const log = { info: write('info'), warn: write('warn'), error: write('error') } as const
