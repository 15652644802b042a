/** One message, from the inbox to what becomes of it. The object goes last: until then it is tried again. */

import type { Ledger } from '../ledger/ledger.ts'
import { unlessConflict } from '../platform/errors.ts'
import { log } from '../platform/log.ts'
import type { RequestKey } from '../requests/code.ts'
import { change } from '../requests/request.ts'
import type { Inbox } from './inbox.ts'
import { type EmailIntake, openEmailRequest } from './intake.ts'
import { judge, type Verdicts } from './judge.ts'
import { parseMail } from './parse.ts'

export interface Reception extends EmailIntake {
  readonly ledger: EmailIntake['ledger'] & Pick<Ledger, 'whatWasSent' | 'noteMail'>
  readonly inbox: Inbox
  readonly clock: () => Date
}

/** A message in the inbox, and what SES says of it. */
export interface Received {
  readonly objectId: string
  /** Of the envelope; unknown where SES's event is lost. */
  readonly returnPath: string | undefined
  readonly verdicts: Verdicts
}

/** The same message again changes nothing: what it asks for is recorded under what it says. */
export async function receiveMail(reception: Reception, received: Received): Promise<void> {
  const { inbox, ledger, literals, clock } = reception
  const { objectId, returnPath, verdicts } = received
  const raw = await inbox.read(objectId)
  if (!raw) return
  const now = clock()
  const { address: ownAddress, locales: all } = literals
  const judgement = judge(await parseMail(raw), { verdicts, returnPath, ownAddress, locales: all })
  const note = (is: string, why?: string) =>
    ledger.noteMail({ id: objectId, at: now, is, ...(why !== undefined && { why }) })
  if (judgement.is !== 'answer') {
    log.info('MAIL_NOT_ANSWERED', { is: judgement.is, why: judgement.why })
    await note(judgement.is, judgement.why)
    return inbox.remove(objectId)
  }
  const { address, locales, messageId, references } = judgement
  const answered = await requestAnswered(ledger, references)
  if (answered) {
    await inbox.keepReply(objectId, answered)
    await attachReply(ledger, answered, objectId, now)
    log.info('MAIL_IS_A_REPLY', { request: answered })
    return inbox.remove(objectId)
  }
  const asking = {
    channel: 'email',
    address,
    locales,
    ...(messageId !== undefined && { messageId }),
  } as const
  const { is, request } = await openEmailRequest(reception, asking, now)
  log.info(is === 'opened' ? 'REQUEST_RECEIVED' : 'REQUEST_REPEATED', { request, is })
  if (is === 'repeated' || is === 'too_soon') await note(is)
  await inbox.remove(objectId)
}

/** Which request a mail of ours was about that this message answers. */
async function requestAnswered(
  ledger: Pick<Ledger, 'whatWasSent'>,
  references: readonly string[],
): Promise<RequestKey | undefined> {
  for (const reference of references.slice(0, MAX_REFERENCES)) {
    // SES makes the Message-ID of its own id and a domain.
    const [id = ''] = reference.split('@')
    const sent = await ledger.whatWasSent(id)
    if (sent) return sent.request
  }
  return undefined
}
const MAX_REFERENCES = 5

/** Tried again when somebody else moves the request on meanwhile. */
async function attachReply(
  ledger: Pick<Ledger, 'find' | 'save'>,
  key: RequestKey,
  objectId: string,
  now: Date,
): Promise<void> {
  for (let tries = 0; tries < MAX_REPLY_TRIES; tries += 1) {
    const request = await ledger.find(key)
    if (!request) return
    const entry = { at: now, step: 'reply', by: 'person', reason: objectId } as const
    if (await unlessConflict(() => ledger.save(change(request, now, {}), entry))) return
  }
}
const MAX_REPLY_TRIES = 3
