/** What an operator decides on a request: `approve`, `retry`, `withdraw`; with a reason that its person reads, `refuse` and `extend`. */
import { LANGUAGES } from '../../../shared/languages/languages.ts'
import { dayOf } from '../../../shared/platform/time.ts'
import { option, REASON, REQUEST } from '../console/options.ts'
import { type DefinedCommand, defineCommand } from '../define-command.ts'
import { SHORT_KEY } from './show.ts'

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
        const short = key.slice(0, SHORT_KEY)
        return state === 'withdrawn'
          ? `${short} is withdrawn: nothing was changed.`
          : `${short} is ${state} and goes on by itself. Follow it: ${ops(`show ${short}`)}`
      })
    },
  })

export const approve = decision(
  'approve',
  'Lets a request in review go on: what its plan found is then erased. Cannot be undone.',
  '"the person called, ticket 4711"',
)

export const retry = decision(
  'retry',
  'Starts a request again that ended with the operator, once its problem is mended.',
  '"holding for GIFT# added"',
)

export const withdraw = decision(
  'withdraw',
  'Takes a request back for its person, as long as nothing has been deleted. Cannot be undone.',
  '"asked by phone, ticket 4711"',
)

const { refusals, extensions } = LANGUAGES.en

export const refuse = defineCommand({
  name: 'refuse',
  says: 'Ends a request that is in review or on hold without carrying it out. Cannot be undone.',
  options: { request: REQUEST, reason: reasonOf(refusals) },
  help: `
${sentences(refusals)}

A hold on the request ends with it: the next request for the same person is carried out. Against that, hold the person, too,
by hold --identity.

Examples:
  $ npm run ops -- refuse --local 5d41402abc4b --reason identity_not_confirmed
  $ npm run ops -- hold --local 5d41402abc4b && npm run ops -- refuse --local 5d41402abc4b --reason legal_claim`,
  async run(given, { ask, print }) {
    const { key, state } = await ask('refuse', given)
    print({ key, state }, () => `${key.slice(0, SHORT_KEY)} is ${state}.`)
  },
})

export const extend = defineCommand({
  name: 'extend',
  says: 'Gives a request more time, once, before it is due, as the law allows. The person is told.',
  options: { request: REQUEST, reason: reasonOf(extensions) },
  help: `
${sentences(extensions)}

Examples:
  $ npm run ops -- extend --local 5d41402abc4b --reason complex`,
  async run(given, { ask, print }) {
    const extended = await ask('extend', given)
    print(extended, () => `${extended.key.slice(0, SHORT_KEY)} is now due on ${dayOf(extended.dueAt)}.`)
  },
})

function reasonOf<R extends string>(reasons: Readonly<Record<R, string>>) {
  const oneOf = Object.keys(reasons) as R[] // its own
  return option('--reason <reason>', 'why', { oneOf, isRequired: true })
}

function sentences(reasons: Readonly<Record<string, string>>): string {
  const each = Object.entries(reasons).map(([name, sentence]) => `  ${name.padEnd(24)} ${sentence}`)
  return [
    'The person reads the reason on the status page, and in a mail if they asked by mail:',
    ...each,
  ].join('\n')
}
