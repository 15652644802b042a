/** `answer`: answers a complaint, on the status page. */
import { text as readText } from 'node:stream/consumers'
import { MOST_CHARACTERS, textOf } from '../../../shared/operations/complaints.ts'
import { wrongUsage } from '../console/failure.ts'
import { REQUEST } from '../console/options.ts'
import { defineCommand } from '../define-command.ts'
import { shortKey } from './show.ts'

const WARNING = 'Anyone who has the code can read the answer: name no person in it.'

export const answer = defineCommand({
  name: 'answer',
  says: 'Answers the open complaint about a request, on its status page. Cannot be undone.',
  options: { request: REQUEST },
  help: `
The answer comes on standard input, ${MOST_CHARACTERS} characters at most. ${WARNING} If the request still
has an email address, a mail announces the answer without quoting it. show prints the complaint.

Examples:
  $ npm run ops -- answer --local --as linh 5d41402abc4b < answer.txt
  $ echo "The invoice is kept because of the tax law." | npm run ops -- answer --local 5d41402abc4b`,
  async run({ request }, { ask, isJson, print }) {
    if (!isJson) process.stderr.write(`${WARNING}\n`)
    if (process.stdin.isTTY) process.stderr.write('Type the answer; end with Ctrl-D.\n')
    const typed = textOf((await readText(process.stdin)).replace(/^\uFEFF/, ''))
    if (typed.problem === 'empty') throw wrongUsage('give the answer on standard input')
    if (typed.problem) throw wrongUsage(`the answer is longer than ${MOST_CHARACTERS} characters`)
    const answered = await ask('answer', { request, text: typed.text })
    print(answered, () => {
      const mailed = answered.isMailed ? ' A mail announces it.' : ''
      return `The complaint about ${shortKey(answered.key)} is answered, on its status page.${mailed}`
    })
  },
})
