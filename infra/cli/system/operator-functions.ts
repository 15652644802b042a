/** The operator's two functions: those of a running `npm start`, or of the deployed stack. */

import { plainDeep } from '../console/plain-text.ts'
import { askLocal } from './local-system.ts'
import type { Ask, Command, OperatorFunctions, SystemOptions } from './system.ts'

export function operatorFunctions(options: SystemOptions): OperatorFunctions {
  const ask = options.local ? askLocal(options.as) : askDeployed(options)
  const call = (name: keyof OperatorFunctions) => async (command: Command) =>
    plainDeep(await ask(name, command))
  return { view: call('view'), operate: call('operate') }
}

function askDeployed(options: SystemOptions): Ask {
  let asking: Promise<Ask> | undefined
  return async (name, command) => {
    // What talks to AWS is loaded for this only.
    asking ??= import('./deployed-system.ts').then(({ deployedSystem }) => deployedSystem(options))
    return (await asking)(name, command)
  }
}
