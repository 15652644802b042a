/** `answer`: to a complaint, on the status page. */
import { text as readText } from 'node:stream/consumers'
import { MOST_CHARACTERS, textOf } from '../../../shared/operations/complaints.ts'
import { wrongUsage } from '../console/failure.ts'
import { REQUEST } from '../console/options.ts'
import { defineCommand } from '../define-command.ts'
import { SHORT_KEY } from './show.ts'

const WARNING = 'Anyone who has the code can read the answer: name no person in it.'

export const answer = defineCommand({
  name: 'answer',
  says: 'Answers the open complaint about a request, on its status page. Cannot be undone.',
  options: { request: REQUEST },
  help: `
The answer comes on standard input, ${MOST_CHARACTERS} characters at most. ${WARNING} As long as the request
has an address to write to, a mail says that there is an answer, and not what it says. show prints the complaint.

Examples:
  $ npm run ops -- answer --local --as linh 5d41402abc4b < answer.txt
  $ echo "The invoice is kept because of the tax law." | npm run ops -- answer --local 5d41402abc4b`,
  async run({ request }, { ask, isJson, print }) {
    if (!isJson) process.stderr.write(`${WARNING}\n`)
    if (process.stdin.isTTY) process.stderr.write('The answer? End with Ctrl-D.\n')
    const answered = await ask('answer', { request, text: given(await readText(process.stdin)) })
    print(answered, () => {
      const short = answered.key.slice(0, SHORT_KEY)
      return `The complaint about ${short} is answered, on its status page.${answered.isMailed ? ' A mail says so.' : ''}`
    })
  },
})

function given(typed: string): string {
  const said = textOf(typed.replace(/^\uFEFF/, ''))
  if (said.problem === undefined) return said.text
  throw wrongUsage(
    said.problem === 'empty'
      ? 'give the answer on standard input'
      : `the answer is longer than ${MOST_CHARACTERS} characters`,
  )
}
