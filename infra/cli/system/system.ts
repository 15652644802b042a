/** The system that the tool speaks to, and how its two functions are asked. */

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
