/** The addresses of the deployed functions, from the environment or from the stack's outputs. */
import type { CloudFormationClient } from '@aws-sdk/client-cloudformation'
import type { OperatorFunction } from '../../../shared/operator/protocol.ts'
import { DEFAULT_STACK_NAME } from '../../deployment.ts'
import { CliError, wrongUsage } from '../console/failure.ts'
import { outputsOf } from './deployed-stack.ts'
import { OWN_NAMES } from './local-system.ts'

export interface FunctionAddress {
  readonly url: URL
  /** Absent on this machine. */
  readonly region?: string
}

export type Addresses = Readonly<Record<OperatorFunction, FunctionAddress | undefined>>

export const VARIABLES = { view: 'OPS_VIEW_URL', operate: 'OPS_OPERATE_URL' } as const

/**
 * For an operator without access to the stack. Undefined if neither variable is set.
 *
 * @throws {@link CliError} wrong usage
 */
export function addressesOfEnvironment(env: NodeJS.ProcessEnv): Addresses | undefined {
  const read = (name: OperatorFunction): FunctionAddress | undefined => {
    const text = env[VARIABLES[name]]
    if (!text) return undefined
    const address = functionAddress(text) ?? loopbackAddress(text)
    if (address) return address
    throw wrongUsage(
      `${VARIABLES[name]} must be the address of a function, such as https://….lambda-url.eu-west-1.on.aws/`,
    )
  }
  const addresses = { view: read('view'), operate: read('operate') }
  return addresses.view || addresses.operate ? addresses : undefined
}

/** @throws {@link CliError} */
export async function addressesOfStack(
  client: CloudFormationClient,
  stack: string = DEFAULT_STACK_NAME,
): Promise<Addresses> {
  const outputs = await outputsOf(
    client,
    stack,
    `set ${VARIABLES.view} and ${VARIABLES.operate} to its outputs ViewUrl and OperateUrl`,
  )
  const read = (output: string): FunctionAddress => {
    const [address, ...more] = outputs(output).flatMap((value) => functionAddress(value) ?? [])
    if (address && more.length === 0) return address
    throw new CliError(
      'not_our_stack',
      `the stack ${stack} has ${address ? 'more than one' : 'no'} output ${output} with the address of a function: give --stack with the name of the deployment, deploy it again, or set ${VARIABLES.view} and ${VARIABLES.operate}`,
    )
  }
  return { view: read('ViewUrl'), operate: read('OperateUrl') }
}

const FUNCTION_HOST = /^[a-z0-9]+\.lambda-url\.(?<region>[a-z]{2}(?:-[a-z]+)+-\d)\.on\.aws$/

/** Personal data goes only to the address of a function, or to this machine if the environment names it. */
function functionAddress(text: string): FunctionAddress | undefined {
  const url = URL.parse(text)
  const region = url?.protocol === 'https:' && FUNCTION_HOST.exec(url.host)?.groups?.['region']
  return url && region && url.href === `${url.origin}/` ? { url, region } : undefined
}

function loopbackAddress(text: string): FunctionAddress | undefined {
  const url = URL.parse(text)
  if (url?.protocol !== 'http:' || !OWN_NAMES.includes(url.hostname)) return undefined
  return url.href === `${url.origin}/` ? { url } : undefined
}
