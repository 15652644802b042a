/** The callback as Meta meets it: a GET, a signed request, and a forged one. */
import { randomBytes } from 'node:crypto'
import { createSignedRequest } from '../../../shared/meta/signed-request.ts'
import { isFields, networkCode, parseJson } from '../console/foreign.ts'
import { opsCommand } from '../system/system.ts'
import type { Found, System, Trouble } from './system.ts'

/** Meta documents no limit; it may give up a call that takes longer. */
const ANSWER_WITHIN_MS = 5000
/** A request about nobody ends long before that. */
const DONE_WITHIN_MS = 15 * 60_000

/**
 * `user_id` 0 is no person, so nothing is looked for and nothing is touched. The `issued_at` never changes: however
 * often it is sent, it is the same request, with one row in the ledger for each app.
 */
const NOBODY = { user_id: '0', issued_at: 1 }

export async function callbackFindings(system: System): Promise<readonly Found[]> {
  const { apps } = await system.config()
  const { callbackOf } = await system.deployment()
  const found = await Promise.all(
    Object.keys(apps).map(async (app, at): Promise<readonly Found[]> => {
      const place = callbackOf(app)
      if (place === undefined) {
        const remedy = system.options.local ? 'restart npm start' : 'deploy again: npx cdk deploy'
        const problem = 'the app is configured, but has no callback in the deployment'
        return [{ place: `apps.${app}`, problem, remedy }]
      }
      // One forged call in all: the alarm CallbackForgeries counts them.
      return [await reached(system, app, place), at === 0 ? await forged(system, place) : undefined]
    }),
  )
  return found.flat()
}

async function reached(system: System, app: string, place: string): Promise<Found> {
  const looked = await call(system, place)
  if ('problem' in looked) return { place, ...looked }
  if (looked.status !== 200)
    return {
      place,
      problem: `GET answers ${looked.status}, not 200: Meta's dashboard does not accept the address`,
      remedy: looked.status >= 500 ? LOG : ELSEWHERE,
    }
  const secrets = await system.appSecrets()
  const list = Object.hasOwn(secrets, app) ? secrets[app] : undefined
  const secret: unknown = Array.isArray(list) ? list[0] : undefined
  // The check of the secrets reports it.
  if (typeof secret !== 'string' || secret === '') return undefined
  const answer = await call(system, place, createSignedRequest(NOBODY, secret))
  if ('problem' in answer) return { place, ...answer }
  if (answer.status === 200) return answered(system, place, answer.text)
  return {
    place,
    problem: `a request signed with the newest secret of the app is answered with ${answer.status}, not 200`,
    remedy:
      answer.status === 400
        ? 'the function has another secret: a change may take five minutes, so check again then; otherwise the address leads to another deployment'
        : LOG,
  }
}

async function answered(system: System, place: string, text: string): Promise<Found> {
  const body = parseJson(text)
  const { url, confirmation_code: code, ...others } = isFields(body) ? body : {}
  const base = place.slice(0, place.indexOf('/meta/'))
  const isOfBoth = typeof url === 'string' && typeof code === 'string' && /^[0-9A-Za-z]+$/.test(code)
  if (!isOfBoth || Object.keys(others).length > 0)
    return {
      place,
      problem: 'the answer is not a JSON object of url and confirmation_code alone',
      remedy: ELSEWHERE,
    }
  if (url !== `${base}/status/${code}`)
    return {
      place,
      problem: `the url of the answer does not begin with ${base}`,
      remedy: 'the function has another public URL: deploy again',
    }
  const page = await call(system, url)
  const status = 'problem' in page || page.status !== 200 ? undefined : parseJson(page.text)
  if (!isFields(status))
    return {
      place: base,
      problem: 'the status page of an accepted request does not answer',
      remedy: 'see the log of status; a proxy in front of the API has to pass on every path',
    }
  const age = system.now().getTime() - Date.parse(String(status['receivedAt']))
  if (status['state'] !== 'in_progress' || !(age > DONE_WITHIN_MS)) return undefined
  return {
    place: base,
    problem: 'the request about nobody, which has nothing to erase, is still not done',
    remedy: `see why it waits: ${opsCommand(system.options)(`show ${code}`)}`,
  }
}

async function forged(system: System, place: string): Promise<Found> {
  const answer = await call(system, place, createSignedRequest(NOBODY, randomBytes(32).toString('hex')))
  if ('problem' in answer || answer.status === 400 || answer.status >= 500) return undefined
  return {
    place,
    problem: `a request that Meta did not sign is answered with ${answer.status}, not 400`,
    remedy: `the server there does not check the signature: take the address out of Meta's dashboard now. ${ELSEWHERE}`,
  }
}

const LOG = 'see the log of meta-callback, and FailedCallbacks in docs/runbook.md'
const ELSEWHERE =
  'the server there is not this system, or a proxy in front of it changes the call: see publicUrl and the DNS record'

interface Answer {
  readonly status: number
  readonly text: string
}

/** Calls once more if the first answer is late: that call may have had to start the function. */
async function call(system: System, url: string, signed?: string): Promise<Answer | Trouble> {
  const answer = (await callOnce(system, url, signed)) ?? (await callOnce(system, url, signed))
  const problem = `does not answer within ${ANSWER_WITHIN_MS / 1000} s, twice: Meta may give up the call`
  return answer ?? { problem, remedy: LOG }
}

/** @returns undefined if the answer is late. */
async function callOnce(
  { fetch }: System,
  url: string,
  signed: string | undefined,
): Promise<Answer | Trouble | undefined> {
  try {
    const response = await fetch(url, {
      headers: { accept: 'application/json', connection: 'close' },
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      ...(signed && { method: 'POST', body: new URLSearchParams({ signed_request: signed }) }),
    })
    return { status: response.status, text: await response.text() }
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError') return undefined
    const code = networkCode(error)
    return { problem: `cannot be reached (${code ?? 'no answer'})`, remedy: remedyOf(code) }
  }
}

const remedyOf = (code: string | undefined): string =>
  code === 'ENOTFOUND' || code === 'EAI_AGAIN'
    ? 'set the DNS record of the domain to the output DnsTarget'
    : code !== undefined && /CERT|TLS|SSL|ALTNAME/.test(code)
      ? 'the certificate is for another name, or has expired: see Certificate Manager, and -c certificateArn'
      : 'is it deployed, and does the network of this machine work?'
