/** Sends commands to the two functions of a system, and reads their answers. */
import { setTimeout as wait } from 'node:timers/promises'
import { ANSWERS, type AnswerOnWire } from '../../../shared/operator/answers.ts'
import { COMMANDS, type CommandName, type Input } from '../../../shared/operator/protocol.ts'
import type { RequestKey } from '../../../shared/requests/code.ts'
import { CliError } from '../console/failure.ts'
import { isFields, plainDeep } from '../console/foreign.ts'
import { sendLocal } from './local-system.ts'
import type { Send, SystemOptions } from './system.ts'

/** @throws {@link CliError} when the command is refused, or its answer lacks a field. */
export type Ask = <C extends CommandName>(command: C, input: Input<C>) => Promise<AnswerOnWire<C>>

export function asker(options: SystemOptions): Ask {
  const send = options.local ? sendLocal(options.as) : sendDeployed(options)
  return async (command, input) => {
    const to = command in COMMANDS.view ? 'view' : 'operate'
    return readAnswer(command, plainDeep(await send(to, { command, ...input })))
  }
}

function sendDeployed(options: SystemOptions): Send {
  let connecting: Promise<Send> | undefined
  return async (to, command) => {
    // Loaded here, because --local does not need the SDK.
    connecting ??= import('./deployed-system.ts').then(({ deployedSystem }) => deployedSystem(options))
    return (await connecting)(to, command)
  }
}

function readAnswer<C extends CommandName>(command: C, value: unknown): AnswerOnWire<C> {
  const { fields } = ANSWERS[command]
  const missing = fields.filter((field) => !isFields(value) || value[field] === undefined)
  if (missing.length === 0) return value as AnswerOnWire<C> // from our own functions, whose types these are
  throw new CliError(
    'unexpected_answer',
    `the answer lacks ${missing.join(', ')}: have the functions the same version as this tool?`,
  )
}

/** Commands that answer page by page. */
type Paged = { [C in CommandName]: 'next' extends keyof AnswerOnWire<C> ? C : never }[CommandName]

export async function* pages<C extends Paged>(
  ask: Ask,
  command: C,
  input: Omit<Input<C>, 'after'>,
): AsyncGenerator<AnswerOnWire<C>> {
  let after: unknown
  do {
    const page = await ask(command, { ...input, after } as unknown as Input<C>) // of the page before
    yield page
    after = (page as { readonly next?: unknown }).next
  } while (after !== undefined)
}

const LOOK_AGAIN_MS = 500

/** Limits the requests in the erasers' queue: call it with each batch that was opened. */
export function limitInFlight(ask: Ask, mostBatches: number) {
  const inFlight: (readonly RequestKey[])[] = []
  return async (batch: readonly RequestKey[]): Promise<void> => {
    inFlight.push(batch)
    if (inFlight.length < mostBatches) return
    const requests = inFlight.shift() ?? []
    while (requests.length > 0 && (await ask('queued', { requests })).queued > 0) await wait(LOOK_AGAIN_MS)
  }
}
