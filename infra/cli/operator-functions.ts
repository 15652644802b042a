/** The operator's two functions: those of a running `npm start`, or of the deployed stack. */
import { askLocal } from './local-system.ts'
import { plainDeep } from './plain-text.ts'

/** Which system, and who asks. */
export interface SystemOptions {
  /** A running `npm start`, instead of the deployed stack. */
  readonly local?: true
  /** The principal of `npm start`; AWS has its own. */
  readonly as?: string
  /** The name of the deployed stack. */
  readonly stack?: string
  readonly region?: string
  /** A profile of the AWS configuration. */
  readonly profile?: string
}

/** A command with its arguments, as the functions `view` and `operate` take it. */
export interface Command {
  readonly command: string
  readonly [argument: string]: unknown
}

/** `view` can change nothing. Answers come without control characters. */
export interface OperatorFunctions {
  readonly view: (command: Command) => Promise<unknown>
  readonly operate: (command: Command) => Promise<unknown>
}

export type Ask = (name: keyof OperatorFunctions, command: Command) => Promise<unknown>

export function operatorFunctions(options: SystemOptions): OperatorFunctions {
  const ask = options.local ? askLocal(options.as) : askDeployed(options)
  const call = (name: keyof OperatorFunctions) => async (command: Command) =>
    plainDeep(await ask(name, command))
  return { view: call('view'), operate: call('operate') }
}

function askDeployed(options: SystemOptions): Ask {
  let asking: Promise<Ask> | undefined
  return async (name, command) => {
    // What talks to AWS is loaded for this only.
    asking ??= import('./deployed-system.ts').then(({ deployedSystem }) => deployedSystem(options))
    return (await asking)(name, command)
  }
}
