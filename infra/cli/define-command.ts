/** A command of the tool: its options, and its work. */
import { Argument, type Command } from 'commander'
import type { Parameters, Values } from './console/options.ts'
import { present } from './console/output.ts'
import { type Ask, asker } from './system/ask.ts'
import { type OpsCommand, opsCommand, type SystemOptions } from './system/system.ts'

/** What every command works with. */
export interface Tool {
  readonly system: SystemOptions
  /** Whether a program reads the output. */
  readonly isJson: boolean
  /** Asks the functions of the system. */
  readonly ask: Ask
  readonly ops: OpsCommand
  /** Once per command: the document is for programs, the text for people. */
  readonly print: (document: unknown, text: () => string) => void
}

interface Spec<P extends Parameters> {
  readonly name: string
  readonly says: string
  /** In the order of its help; arguments in the order in which they are typed. */
  readonly options?: P
  /** Stands at the end of its help: what else there is to know, and examples. */
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
  return Object.fromEntries(values.filter(([, value]) => value !== undefined)) as Values<P> // made of their own parameters
}

function toolOf(options: SystemOptions & { readonly json?: true }): Tool {
  return {
    system: options,
    isJson: options.json === true,
    ask: asker(options),
    ops: opsCommand(options),
    print: (document, text) => present(options, document, text),
  }
}
