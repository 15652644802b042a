/** A command of the tool: its options and its action. */
import { Argument, type Command } from 'commander'
import type { Parameters, Values } from './console/options.ts'
import { type Ask, asker } from './system/ask.ts'
import { type OpsCommand, opsCommand, type SystemOptions } from './system/system.ts'

interface Tool {
  readonly system: SystemOptions
  readonly isJson: boolean
  readonly ask: Ask
  readonly ops: OpsCommand
  /** Called once per command: prints the document for programs, or the text for people. */
  readonly print: (document: unknown, text: () => string) => void
}

interface Spec<P extends Parameters> {
  readonly name: string
  readonly says: string
  /** In the order of the help text; arguments in the order in which they are typed. */
  readonly options?: P
  /** The end of the help text: further facts, and examples. */
  readonly help?: string
  readonly run?: (given: Values<P>, tool: Tool) => void | Promise<void>
  readonly commands?: readonly DefinedCommand[]
}

export type DefinedCommand = (parent: Command) => void

export function defineCommand<const P extends Parameters>({
  name,
  says,
  options,
  help = '',
  run,
  commands = [],
}: Spec<P>): DefinedCommand {
  return (parent) => {
    const command = parent.command(name).description(says).addHelpText('after', help)
    for (const { made } of Object.values(options ?? {})) {
      if (made instanceof Argument) command.addArgument(made)
      else command.addOption(made)
    }
    if (run) command.action(() => run(valuesOf(command, options), toolOf(command.optsWithGlobals())))
    for (const define of commands) define(command)
  }
}

function valuesOf<P extends Parameters>(command: Command, options: P | undefined): Values<P> {
  const given: Readonly<Record<string, unknown>> = command.optsWithGlobals()
  const args: unknown[] = [...(command.processedArgs as readonly unknown[])]
  const values = Object.entries(options ?? {}).map(([name, { made }]) => [
    name,
    made instanceof Argument ? args.shift() : given[made.attributeName()],
  ])
  return Object.fromEntries(values.filter(([, value]) => value !== undefined)) as Values<P> // each read by its own parameter
}

function toolOf(options: SystemOptions & { readonly json?: true }): Tool {
  const isJson = options.json === true
  return {
    system: options,
    isJson,
    ask: asker(options),
    ops: opsCommand(options),
    print: (document, text) =>
      void process.stdout.write(`${isJson ? JSON.stringify(document, undefined, 2) : text()}\n`),
  }
}
