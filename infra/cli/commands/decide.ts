/** Decisions on a request: `approve`, `retry` and `withdraw`; with a reason for its person, `refuse` and `extend`. */
import { LANGUAGES } from '../../../shared/languages/languages.ts'
import { dayOf } from '../../../shared/platform/time.ts'
import { option, REASON, REQUEST } from '../console/options.ts'
import { type DefinedCommand, defineCommand } from '../define-command.ts'
import { shortKey } from './show.ts'

const decision = (name: 'approve' | 'retry' | 'withdraw', says: string, example: string): DefinedCommand =>
  defineCommand({
    name,
    says,
    options: { request: REQUEST, reason: REASON },
    help: `
Examples:
  $ npm run ops -- ${name} --local 5d41402abc4b
  $ npm run ops -- ${name} --local --as linh 5d41402abc4b --reason ${example}`,
    async run(given, { ask, ops, print }) {
      const { key, state } = await ask(name, given)
      print({ key, state }, () => {
        const short = shortKey(key)
        return state === 'withdrawn'
          ? `${short} is withdrawn: nothing was changed.`
          : `${short} is ${state} and goes on by itself. Follow it: ${ops(`show ${short}`)}`
      })
    },
  })

export const approve = decision(
  'approve',
  'Approves a request in review: the items of its plan are then erased. Cannot be undone.',
  '"the person called, ticket 4711"',
)

export const retry = decision(
  'retry',
  'Tries a request again that needs the operator, once its problem is solved.',
  '"holding for GIFT# added"',
)

export const withdraw = decision(
  'withdraw',
  'Withdraws a request for its person, as long as nothing has been deleted. Cannot be undone.',
  '"asked by phone, ticket 4711"',
)

const { refusals, extensions } = LANGUAGES.en

export const refuse = defineCommand({
  name: 'refuse',
  says: 'Refuses a request in review or on hold: nothing is erased. Cannot be undone.',
  options: { request: REQUEST, reason: reasonOf(refusals) },
  help: `
${sentences(refusals)}

A hold on the request ends with it, and the next request for the same person is carried out. To prevent that, hold the
person, too: hold --identity.

Examples:
  $ npm run ops -- refuse --local 5d41402abc4b --reason identity_not_confirmed
  $ npm run ops -- hold --local 5d41402abc4b && npm run ops -- refuse --local 5d41402abc4b --reason legal_claim`,
  async run(given, { ask, print }) {
    const { key, state } = await ask('refuse', given)
    print({ key, state }, () => `${shortKey(key)} is ${state}.`)
  },
})

export const extend = defineCommand({
  name: 'extend',
  says: 'Extends the due date of a request, once and before it has passed, as the law allows. Tells the person.',
  options: { request: REQUEST, reason: reasonOf(extensions) },
  help: `
${sentences(extensions)}

Examples:
  $ npm run ops -- extend --local 5d41402abc4b --reason complex`,
  async run(given, { ask, print }) {
    const extended = await ask('extend', given)
    print(extended, () => `${shortKey(extended.key)} is now due on ${dayOf(extended.dueAt)}.`)
  },
})

function reasonOf<R extends string>(reasons: Readonly<Record<R, string>>) {
  const oneOf = Object.keys(reasons) as R[]
  return option('--reason <reason>', 'why', { oneOf, isRequired: true })
}

function sentences(reasons: Readonly<Record<string, string>>): string {
  const each = Object.entries(reasons).map(([name, sentence]) => `\n  ${name.padEnd(24)} ${sentence}`)
  return `The person reads the reason on the status page, and in a mail if they asked by mail:${each.join('')}`
}
