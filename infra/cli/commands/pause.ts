/** `pause` and `resume`: for the erasures of all requests. */
import { counted } from '../console/output.ts'
import { defineCommand } from '../define-command.ts'
import { pages } from '../system/ask.ts'

export const pause = defineCommand({
  name: 'pause',
  says: 'Pauses all erasing: running work stops within two minutes.',
  help: `
New requests are accepted as before, and wait. Nothing is lost, and no try is counted.

Examples:
  $ npm run ops -- pause --local
  $ npm run ops -- pause --local --as linh --json`,
  async run(_given, { ask, ops, print }) {
    const paused = await ask('pause', {})
    print(paused, () => `All erasing is paused. To go on: ${ops('resume')}`)
  },
})

export const resume = defineCommand({
  name: 'resume',
  says: 'Ends the pause, and wakes the requests that have waited.',
  help: `
Examples:
  $ npm run ops -- resume --local
  $ npm run ops -- resume --local --as linh --json`,
  async run(_given, { ask, print }) {
    let woken = 0
    for await (const page of pages(ask, 'resume', {})) woken += page.woken
    print({ isPaused: false, woken }, () => `Erasing goes on: ${counted(woken, 'request')} woken.`)
  },
})
