import type { SystemOptions } from './system.ts'
/** What to type next: it goes to the same system as the command that prints it. */

/** Makes `npm run ops -- show 5d41402abc4b --local` of `show 5d41402abc4b`. */
export type OpsCommand = (command: string) => string

export function opsCommand({ local, stack, region, profile }: SystemOptions): OpsCommand {
  const way = [
    ...(local ? ['--local'] : []),
    ...Object.entries({ stack, region, profile }).flatMap(([name, value]) =>
      value === undefined ? [] : [`--${name} ${quoted(value)}`],
    ),
  ]
  return (command) => ['npm run ops --', command, ...way].join(' ')
}

/** For a shell. */
const quoted = (value: string): string =>
  /^[\w.@%+=:,/-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`
