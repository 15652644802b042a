import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Calling, deployedSystem } from '../../infra/cli/system/deployed-system.ts'
import type { SystemOptions } from '../../infra/cli/system/system.ts'

import {
  type Answer,
  cloudFormation,
  divertedTo,
  forbidden,
  functionUrl,
  REGION,
  type Served,
  SIGNER,
  signedIn,
} from '../fixtures/deployed/deployed-functions.ts'
import { signatureOf } from '../fixtures/deployed/sigv4.ts'

const COMMAND = { command: 'show', request: '5d41402abc4b', note: 'Ầ “€” 🙂' }
const CALLING: Calling = { fetch, answerWithinMs: 20_000, waitsMs: [1, 1, 1] }
const ADDRESSES = {
  ViewUrl: `https://view1234.lambda-url.${REGION}.on.aws/`,
  OperateUrl: `https://operate5678.lambda-url.${REGION}.on.aws/`,
}
/** Nothing listens there. */
const NOBODY = 'http://127.0.0.1:9'

const environment = (variables: Readonly<Record<string, string | undefined>>): void => {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value)
}
beforeEach(() =>
  environment({ ...signedIn(), AWS_PROFILE: undefined, AWS_ENDPOINT_URL_CLOUDFORMATION: NOBODY }),
)
afterEach(() => vi.unstubAllEnvs())

const at = (view: Served | string, operate: Served | string = view): void =>
  environment({
    OPS_VIEW_URL: typeof view === 'string' ? view : view.url,
    OPS_OPERATE_URL: typeof operate === 'string' ? operate : operate.url,
  })

/** How a call ends that does not end well. */
const failing = async (
  call: Promise<unknown>,
): Promise<{ readonly word: string; readonly message: string; readonly exitCode: number }> => {
  const { word, message, exitCode } = (await call.then(
    (answer) => Promise.reject(new Error(`answered ${JSON.stringify(answer)}`)),
    (error: unknown) => error,
  )) as Awaited<ReturnType<typeof failing>>
  return { word, message, exitCode }
}

const ask = (
  name: 'view' | 'operate' = 'view',
  { options = {}, calling = {} }: { options?: SystemOptions; calling?: Partial<Calling> } = {},
) => deployedSystem(options, { ...CALLING, ...calling })(name, COMMAND)

it('verifies signatures here as AWS publishes them (get-vanilla of its test suite)', () => {
  const call = {
    method: 'GET',
    path: '/',
    headers: { host: 'example.amazonaws.com', 'x-amz-date': '20150830T123600Z' },
    body: '',
  }
  const signer = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
  expect(
    signatureOf(call, signer, {
      region: 'us-east-1',
      service: 'service',
      at: '20150830T123600Z',
      signedHeaders: ['host', 'x-amz-date'],
    }),
  ).toBe('5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31')
})

describe('a call of a deployed function', () => {
  it.each([
    ['a session', SIGNER],
    ['a key that lasts', { accessKeyId: 'AKIALASTING', secretAccessKey: 'lasting' }],
  ])('is signed for Lambda with the credentials of %s', async (_whose, signer) => {
    environment(signedIn(signer))
    await using operate = await functionUrl(() => ({ status: 200, body: '{"key":"a"}' }), signer)
    await using view = await functionUrl(() => ({ status: 200, body: '{"key":"b"}' }), signer)
    at(view, operate)
    const call = deployedSystem({}, CALLING)
    expect(await call('operate', COMMAND)).toEqual({ key: 'a' })
    expect(await call('view', COMMAND)).toEqual({ key: 'b' })
    expect([operate.commands, view.commands]).toEqual([[COMMAND], [COMMAND]])
  })

  it.each([
    [{}, 'DataDeletion'],
    [{ stack: 'Staging', region: REGION }, 'Staging'],
  ])('goes to the addresses in the outputs of the stack, which are read once: %j', async (options, asked) => {
    environment({ AWS_REGION: 'region' in options ? 'us-east-1' : REGION })
    await using stack = await cloudFormation(ADDRESSES)
    environment({ AWS_ENDPOINT_URL_CLOUDFORMATION: stack.url })
    await using served = await functionUrl(() => ({ status: 200, body: '{"key":"a"}' }))
    const call = deployedSystem(options, { ...CALLING, fetch: divertedTo(served) })
    await call('view', COMMAND)
    await call('operate', COMMAND)
    expect(served.hosts).toEqual([
      `view1234.lambda-url.${REGION}.on.aws`,
      `operate5678.lambda-url.${REGION}.on.aws`,
    ])
    expect(stack.asked.map((one) => [one.get('Action'), one.get('StackName')])).toEqual([
      ['DescribeStacks', asked],
    ])
  })

  it('finds the outputs of a construct in an app of somebody’s own', async () => {
    const { ViewUrl: DeletionViewUrl, OperateUrl: DeletionOperateUrl, ...others } = ADDRESSES
    const review = { OtherViewUrl: 'https://example.com/' }
    await using stack = await cloudFormation({ ...others, ...review, DeletionViewUrl, DeletionOperateUrl })
    environment({ AWS_ENDPOINT_URL_CLOUDFORMATION: stack.url })
    await using served = await functionUrl(() => ({ status: 200, body: '{}' }))
    await ask('view', { options: { stack: 'Shop' }, calling: { fetch: divertedTo(served) } })
    expect(served.hosts).toEqual([`view1234.lambda-url.${REGION}.on.aws`])
  })

  it('chooses none of two', async () => {
    await using stack = await cloudFormation({ ...ADDRESSES, MoreViewUrl: ADDRESSES.ViewUrl })
    environment({ AWS_ENDPOINT_URL_CLOUDFORMATION: stack.url })
    expect(await failing(ask())).toMatchObject({
      word: 'not_our_stack',
      message: expect.stringContaining('the stack DataDeletion has more than one output ViewUrl'),
    })
  })

  it('goes to the stack that is named, whatever addresses the environment has', async () => {
    at(NOBODY)
    await using stack = await cloudFormation(ADDRESSES)
    environment({ AWS_ENDPOINT_URL_CLOUDFORMATION: stack.url })
    await using served = await functionUrl(() => ({ status: 200, body: '{}' }))
    expect(
      await ask('view', { options: { stack: 'Staging' }, calling: { fetch: divertedTo(served) } }),
    ).toEqual({})
  })

  it('is signed for the region of the address that the environment gives', async () => {
    at(ADDRESSES.ViewUrl)
    environment({ AWS_REGION: undefined })
    await using served = await functionUrl(() => ({ status: 200, body: '{}' }))
    expect(await ask('view', { calling: { fetch: divertedTo(served) } })).toEqual({})
  })

  it('is not made when the other function alone is given', async () => {
    environment({ OPS_VIEW_URL: ADDRESSES.ViewUrl })
    expect(await failing(ask('operate'))).toEqual({
      word: 'usage',
      exitCode: 2,
      message: 'this command needs operate: set OPS_OPERATE_URL to its address',
    })
  })

  it.each([
    'http://view1234.lambda-url.eu-west-1.on.aws/',
    'https://view1234.lambda-url.eu-west-1.on.aws.example.com/',
    'https://example.com/view1234.lambda-url.eu-west-1.on.aws/',
    'https://somebody@view1234.lambda-url.eu-west-1.on.aws/',
    'https://view1234.lambda-url.eu-west-1.on.aws:8443/',
    'https://view1234.lambda-url.eu-west-1.on.aws/path',
    'https://view1234.lambda-url.eu-west-1.on.aws/?query',
    'https://a.view1234.lambda-url.eu-west-1.on.aws/',
    'http://example.com/',
    'http://127.0.0.1.example.com/',
    'https://localhost/',
    'nonsense',
  ])('is never made to %s', async (url) => {
    const calls = vi.fn<typeof fetch>()
    at(url)
    expect(await failing(ask('view', { calling: { fetch: calls } }))).toMatchObject({
      word: 'usage',
      message: expect.stringContaining('OPS_VIEW_URL must be the address of a function'),
    })
    await using stack = await cloudFormation({ ...ADDRESSES, OperateUrl: url })
    environment({ AWS_ENDPOINT_URL_CLOUDFORMATION: stack.url })
    const options = { stack: 'DataDeletion' }
    expect(await failing(ask('view', { options, calling: { fetch: calls } }))).toMatchObject({
      word: 'not_our_stack',
    })
    expect(calls).not.toHaveBeenCalled()
  })

  it('takes no address on this machine from a stack', async () => {
    await using served = await functionUrl(() => ({ status: 200, body: '{}' }))
    await using stack = await cloudFormation({ ...ADDRESSES, ViewUrl: served.url })
    environment({ AWS_ENDPOINT_URL_CLOUDFORMATION: stack.url })
    expect(await failing(ask())).toMatchObject({ word: 'not_our_stack', exitCode: 1 })
    expect(served.commands).toEqual([])
  })

  it('is not made when the regions differ', async () => {
    at(ADDRESSES.ViewUrl)
    expect(await failing(ask('view', { options: { region: 'us-east-1' } }))).toEqual({
      word: 'usage',
      exitCode: 2,
      message:
        'https://view1234.lambda-url.eu-west-1.on.aws is not in us-east-1: both functions and --region must agree',
    })
    at(ADDRESSES.ViewUrl, ADDRESSES.OperateUrl.replace(REGION, 'us-east-1'))
    expect(await failing(ask())).toMatchObject({
      word: 'usage',
      message: expect.stringContaining('.us-east-1.on.aws is not in eu-west-1'),
    })
  })
})

describe('a function that does not do it', () => {
  const refusing = async (answer: Answer, name: 'view' | 'operate' = 'view') => {
    await using served = await functionUrl(() => answer)
    at(served)
    return { ...(await failing(ask(name))), calls: served.commands.length }
  }
  const TROUBLE =
    'Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/…'
  const LINH =
    'User: arn:aws:sts::111122223333:assumed-role/TokenService/linh is not authorized to perform: lambda:InvokeFunctionUrl'

  it.each([
    ['view', forbidden('AccessDeniedException', TROUBLE), 'access_denied', 'output ViewPolicyArn'],
    ['operate', forbidden('AccessDeniedException', TROUBLE), 'access_denied', 'output OperatePolicyArn'],
    ['view', forbidden('AccessDeniedException', LINH), 'access_denied', 'output ViewPolicyArn'],
    ['view', { status: 403, body: '' }, 'access_denied', 'output ViewPolicyArn'],
    [
      'view',
      forbidden('ExpiredTokenException', 'The security token included in the request is expired'),
      'credentials_refused',
      'have expired: sign in again',
    ],
    [
      'view',
      forbidden('', 'The security token included in the request is expired'),
      'credentials_refused',
      'have expired: sign in again',
    ],
    [
      'view',
      forbidden('UnrecognizedClientException', 'The security token included in the request is invalid.'),
      'credentials_refused',
      'does not accept your credentials',
    ],
    [
      'view',
      forbidden('InvalidSignatureException', 'Signature expired: 20261122T080000Z is now earlier than …'),
      'credentials_refused',
      'the clock of this machine',
    ],
  ] as const)('because AWS lets nobody in to %s: %j', async (name, answer, word, message) => {
    const refused = await refusing(answer, name)
    expect(refused).toMatchObject({ word, exitCode: 1, calls: 1, message: expect.stringContaining(message) })
    expect(refused.message).not.toContain('linh')
  })

  it('because the signature is of another key', async () => {
    await using served = await functionUrl(() => ({ status: 200, body: '{}' }))
    at(served)
    environment({ AWS_SECRET_ACCESS_KEY: 'another' })
    expect(await failing(ask())).toMatchObject({
      word: 'credentials_refused',
      message: expect.stringContaining('does not accept your credentials'),
    })
  })

  it.each([
    [
      409,
      '{"error":"conflict","code":"X","message":"cannot\\u001b[2J approve"}',
      'conflict',
      'cannot[2J approve',
    ],
    [
      500,
      '{"error":"internal_error","message":"Ours."}',
      'internal_error',
      'Ours. The log of view says more.',
    ],
    [502, 'Internal Server Error', 'failed', 'view failed or took too long (status 502): its log says more.'],
    [
      200,
      '<html>',
      'unexpected_answer',
      expect.stringMatching(
        /^the server at http:\/\/127\.0\.0\.1:\d+ is not view of this project \(status 200\)$/,
      ),
    ],
    [404, '{"Message":null}', 'unexpected_answer', expect.stringContaining('(status 404)')],
  ])('and answers %d %s', async (status, body, word, message) => {
    expect(await refusing({ status, body })).toEqual({ word, message, exitCode: 1, calls: 1 })
  })

  it('says of a decision that it may be done all the same', async () => {
    expect((await refusing({ status: 502, body: '' }, 'operate')).message).toMatch(
      /It may have worked all the same/,
    )
  })

  it('is not followed elsewhere', async () => {
    await using elsewhere = await functionUrl(() => ({ status: 200, body: '{}' }))
    const answer = { status: 307, body: '', headers: { location: elsewhere.url } }
    expect(await refusing(answer)).toMatchObject({ word: 'unexpected_answer', calls: 1 })
    expect(elsewhere.commands).toEqual([])
  })

  it('is asked again when it is throttled, if it only looks', async () => {
    const THROTTLED = { status: 429, body: '{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded"}' }
    let calls = 0
    await using served = await functionUrl(() =>
      ++calls < 3 ? THROTTLED : { status: 200, body: '{"key":"a"}' },
    )
    at(served)
    expect(await ask()).toEqual({ key: 'a' })
    expect(calls).toBe(3)
    expect(await refusing(THROTTLED)).toMatchObject({
      word: 'too_many_requests',
      message: 'view is called too often: try again in a moment',
      calls: 4,
    })
    expect(await refusing(THROTTLED, 'operate')).toMatchObject({ word: 'too_many_requests', calls: 1 })
  })

  it.each([
    ['view', /did not answer within 0\.1 s\.$/],
    ['operate', /did not answer within 0\.1 s\. It may have worked all the same: check with show/],
  ] as const)('is not waited for without end: %s', async (name, message) => {
    await using served = await functionUrl(() => new Promise(() => {}))
    at(served)
    expect(await failing(ask(name, { calling: { answerWithinMs: 100 } }))).toMatchObject({
      word: 'unreachable',
      message: expect.stringMatching(message),
    })
  })

  it('is not there, and so has done nothing', async () => {
    const served = await functionUrl(() => ({ status: 200, body: '{}' }))
    await served[Symbol.asyncDispose]()
    at(served)
    expect(await failing(ask('operate'))).toMatchObject({
      word: 'unreachable',
      message: `${served.url} could not be reached (ECONNREFUSED).`,
    })
  })
})

describe('before a call', () => {
  it.each([
    [
      'ValidationError',
      'no_stack',
      'there is no stack DataDeletion in eu-west-1: give --stack, --region or --profile',
    ],
    ['AccessDenied', 'access_denied', 'set OPS_VIEW_URL and OPS_OPERATE_URL'],
    ['ExpiredToken', 'credentials_refused', 'have expired (ExpiredToken): sign in again'],
    [
      'InvalidClientTokenId',
      'credentials_refused',
      'does not accept your credentials (InvalidClientTokenId)',
    ],
    ['SignatureDoesNotMatch', 'credentials_refused', 'the clock of this machine'],
    ['Throttling', 'too_many_requests', 'CloudFormation throttles the calls (Throttling): try again later'],
  ])('says what is in the way of the outputs: %s', async (name, word, message) => {
    await using stack = await cloudFormation(name)
    environment({ AWS_ENDPOINT_URL_CLOUDFORMATION: stack.url })
    const refused = await failing(ask())
    expect(refused).toMatchObject({ word, exitCode: 1, message: expect.stringContaining(message) })
    expect(refused.message).not.toContain('linh')
  })

  it('says that the stack is none of ours', async () => {
    await using stack = await cloudFormation({ ApiUrl: 'https://example.com' })
    environment({ AWS_ENDPOINT_URL_CLOUDFORMATION: stack.url })
    expect(await failing(ask('view', { options: { stack: 'Other' } }))).toMatchObject({
      word: 'not_our_stack',
      message: expect.stringContaining('the stack Other has no output ViewUrl'),
    })
  })

  it('says that CloudFormation is out of reach', async () => {
    expect(await failing(ask())).toMatchObject({
      word: 'unreachable',
      message: 'CloudFormation could not be reached (ECONNREFUSED)',
    })
  })

  it.each([
    [{ AWS_REGION: undefined }, {}, 'no_region', 'give --region, or set AWS_REGION'],
    [{ AWS_ACCESS_KEY_ID: undefined }, {}, 'no_credentials', 'there are no AWS credentials'],
    [{}, { profile: 'ops' }, 'no_credentials', 'or give another --profile'],
  ])('says what is missing: %j, %j', async (variables, options, word, message) => {
    environment(variables)
    expect(await failing(ask('view', { options }))).toMatchObject({
      word,
      message: expect.stringContaining(message),
    })
  })

  it('says so of credentials where only the address is given, too', async () => {
    await using served = await functionUrl(() => ({ status: 200, body: '{}' }))
    at(served)
    environment({ AWS_ACCESS_KEY_ID: undefined })
    expect(await failing(ask())).toMatchObject({ word: 'no_credentials' })
    expect(served.commands).toEqual([])
  })
})
