/** One holding of a request: `keep` leaves its items there; `done` confirms its task, done by hand. */
import { wrongUsage } from '../console/failure.ts'
import { argument, option, REQUEST } from '../console/options.ts'
import { defineCommand } from '../define-command.ts'
import { shortKey } from './show.ts'

export const done = defineCommand({
  name: 'done',
  says: 'Confirms a task that was done by hand for a request. After the last task the request goes on by itself.',
  options: {
    request: REQUEST,
    holding: argument('<HOLDING>', 'the task: the name of its holding, as show lists it'),
  },
  help: `
The history of the request names you, for as long as its record is kept.

Examples:
  $ npm run ops -- show --local 5d41402abc4b     (lists the tasks)
  $ npm run ops -- done --local --as linh 5d41402abc4b paper`,
  async run(given, { ask, ops, print }) {
    const { key, state, open } = await ask('done', given)
    print({ key, state, open }, () => {
      const short = shortKey(key)
      const follow = `Follow it: ${ops(`show ${short}`)}`
      return open.length > 0
        ? `${short} still waits for ${open.join(', ')}. ${follow}`
        : `${short} is ${state} and goes on by itself. ${follow}`
    })
  },
})

export const keep = defineCommand({
  name: 'keep',
  says: 'Keeps the items of one holding, for one request; the rest is erased. The person is told why and until when.',
  options: {
    request: REQUEST,
    holding: argument('<HOLDING>', 'its name in the data map'),
    because: option('--because <reason>', 'the name of a reason in the data map', { isRequired: true }),
    until: option('--until <day>', 'the last day, such as 2036-12-31', { read: day, isRequired: true }),
  },
  help: `
The request has to be open and not at work: hold it first if it is. Items that are found through the holding, such as the
lines of its orders, are kept with it. After that day you have to remove them yourselves.

Examples:
  $ npm run ops -- keep --local 5d41402abc4b orders --because tax --until 2036-12-31
  $ npm run ops -- keep --local --as linh 5d41402abc4b contacts --because claim --until 2029-06-30`,
  async run(given, { ask, print }) {
    const { key, state } = await ask('keep', given)
    const { holding, until } = given
    print({ key, state }, () => `${shortKey(key)} keeps ${holding} until ${until}, and is ${state}.`)
  },
})

function day(text: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(text).toJSON()?.startsWith(text)) return text
  throw wrongUsage('--until takes a day such as 2036-12-31')
}
