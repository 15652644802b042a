/** `keep`: what one holding has of a person is kept for one request. */
import { wrongUsage } from '../console/failure.ts'
import { argument, option, REQUEST } from '../console/options.ts'
import { defineCommand } from '../define-command.ts'
import { SHORT_KEY } from './show.ts'

export const keep = defineCommand({
  name: 'keep',
  says: 'Keeps what one holding has, for one request: the rest is erased. The person is told why and until when.',
  options: {
    request: REQUEST,
    holding: argument('<HOLDING>', 'its name in the data map'),
    because: option('--because <reason>', 'a word of the reasons in the data map', { isRequired: true }),
    until: option('--until <day>', 'such as 2036-12-31', { read: day, isRequired: true }),
  },
  help: `
The request has to be open and not at work: hold it first if it is. What is found through the holding, such as the lines
of its orders, is kept with it. After that day you have to remove it yourselves.

Examples:
  $ npm run ops -- keep --local 5d41402abc4b orders --because tax --until 2036-12-31
  $ npm run ops -- keep --local --as linh 5d41402abc4b contacts --because claim --until 2029-06-30`,
  async run(given, { ask, print }) {
    const { key, state } = await ask('keep', given)
    const { holding, until } = given
    print(
      { key, state },
      () => `${key.slice(0, SHORT_KEY)} keeps ${holding} until ${until}, and is ${state}.`,
    )
  },
})

function day(text: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(text).toJSON()?.startsWith(text)) return text
  throw wrongUsage('--until takes a day such as 2036-12-31')
}
