/** `open`: a request that came by phone or post. */
import { givenIdentities } from '../console/named-identities.ts'
import { option, reasonText } from '../console/options.ts'
import { defineCommand } from '../define-command.ts'
import { SHORT_KEY } from './show.ts'

export const open = defineCommand({
  name: 'open',
  says: 'Opens a request for somebody who asked by phone or post. Another operator has to approve it.',
  options: {
    reason: option('--reason <text>', "how it came; kept in the request's history: name nobody", {
      read: reasonText,
      isRequired: true,
    }),
  },
  help: `
Who it is comes on standard input, KIND=VALUE, one per line. What is found is planned and waits; whoever opened it cannot
approve it. It prints the confirmation code: give it to the person, and to nobody else.

Examples:
  $ npm run ops -- open --local --as linh --reason "letter of 12 May, identity card seen" < somebody.txt
  $ npm run ops -- approve --local --as minh 5d41402abc4b`,
  async run({ reason }, { ask, ops, print }) {
    const identities = await givenIdentities([], process.stdin)
    const opened = await ask('open', { identities, reason })
    print(opened, () => {
      const short = opened.key.slice(0, SHORT_KEY)
      return `${short} is opened. Its confirmation code, for the person alone: ${opened.code}\nFollow it: ${ops(`show ${short}`)}`
    })
  },
})
