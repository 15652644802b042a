/** `done`: an operator confirms that a task of a request has been done by hand. */
import { argument, REQUEST } from '../console/options.ts'
import { defineCommand } from '../define-command.ts'
import { SHORT_KEY } from './show.ts'

export const done = defineCommand({
  name: 'done',
  says: 'Confirms what was done by hand for a request; with the last task it goes on by itself.',
  options: {
    request: REQUEST,
    holding: argument('<HOLDING>', 'the task: the name of its holding, as show lists it'),
  },
  help: `
The history of the request keeps who said so, for as long as its record.

Examples:
  $ npm run ops -- show --local 5d41402abc4b     (lists the tasks)
  $ npm run ops -- done --local --as linh 5d41402abc4b paper`,
  async run(given, { ask, ops, print }) {
    const { key, state, open } = await ask('done', given)
    print({ key, state, open }, () => {
      const short = key.slice(0, SHORT_KEY)
      const follow = `Follow it: ${ops(`show ${short}`)}`
      return open.length > 0
        ? `${short} still waits for ${open.join(', ')}. ${follow}`
        : `${short} is ${state} and goes on by itself. ${follow}`
    })
  },
})
