/** `open`: a request that came by phone or post. */
import { givenIdentities } from '../console/named-identities.ts'
import { option, reasonText } from '../console/options.ts'
import { defineCommand } from '../define-command.ts'
import { shortKey } from './show.ts'

export const open = defineCommand({
  name: 'open',
  says: 'Opens a request for a person who asked by phone or post. Another operator has to approve it.',
  options: {
    reason: option(
      '--reason <text>',
      "how the person asked; it stays in the request's history: name no person",
      { read: reasonText, isRequired: true },
    ),
  },
  help: `
The person's identities come on standard input, KIND=VALUE, one per line. The request is planned and then waits until
another operator approves it. The command prints the confirmation code: give it to the person only.

Examples:
  $ npm run ops -- open --local --as linh --reason "letter of 12 May, identity card seen" < somebody.txt
  $ npm run ops -- approve --local --as minh 5d41402abc4b`,
  async run({ reason }, { ask, ops, print }) {
    const identities = await givenIdentities([], process.stdin)
    const opened = await ask('open', { identities, reason })
    print(opened, () => {
      const short = shortKey(opened.key)
      return `${short} is open. Its confirmation code, only for the person: ${opened.code}\nFollow it: ${ops(`show ${short}`)}`
    })
  },
})
