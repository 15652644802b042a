import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { describe as written } from '../../infra/cli/commands/doctor.ts'
import { CHECKS } from '../../infra/cli/doctor/checks.ts'
import { examine, type Result } from '../../infra/cli/doctor/examine.ts'
import { systemOf } from '../../infra/cli/doctor/system.ts'
import type { SystemOptions } from '../../infra/cli/system/system.ts'
import { functionUrl, signedIn } from '../fixtures/deployed/deployed-functions.ts'
import {
  type Aws,
  callbackOf,
  deployedCompany,
  NOW,
  Refusal,
  serveAws,
} from '../fixtures/deployed/deployed-system.ts'

let aws: Aws
let served: Awaited<ReturnType<typeof serveAws>>
let view: Awaited<ReturnType<typeof functionUrl>>
let folder: string

beforeAll(async () => {
  served = await serveAws(() => aws.answers)
  // What is synthesized for many is made here, where it may take its time.
  aws = await deployedCompany(served.url)
  view = await functionUrl(() => ({
    status: 200,
    body: JSON.stringify({ states: {}, channels: {}, due: {}, complaints: 0, ...aws.stats }),
  }))
  folder = mkdtempSync(join(tmpdir(), 'doctor-'))
  for (const [name, value] of Object.entries({
    ...signedIn(),
    AWS_PROFILE: undefined,
    AWS_ENDPOINT_URL: served.url,
    OPS_VIEW_URL: view.url,
  }))
    vi.stubEnv(name, value)
})
afterAll(async () => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
  await served.close()
  await view[Symbol.asyncDispose]()
})

const QUIET = { at: () => {}, end: () => {} }

async function doctor(
  options: Partial<SystemOptions & { readonly config: string }> = {},
): Promise<readonly Result[]> {
  const system = systemOf({ config: 'deletion.config.ts', ...options }, aws.outside)
  return examine(CHECKS, system, QUIET)
}

/** What is not right, a line for each. */
const trouble = (results: readonly Result[]): readonly string[] =>
  results.flatMap(({ check, findings, why }) => [
    ...findings.map(({ place, problem, remedy }) => `${check} | ${place} | ${problem} | ${remedy}`),
    ...(why === undefined ? [] : [`${check} | ${why}`]),
  ])

it('finds nothing on a healthy system, and looks at everything', async () => {
  aws = await deployedCompany(served.url)
  const results = await doctor()
  expect(trouble(results)).toEqual([])
  expect(results.map(({ is }) => is)).toEqual(CHECKS.map(() => 'ok'))
  expect(written(results)).toContain(`${CHECKS.length} checks, no finding.`)
})

const secret = (name: string): string => aws.idOf('AWS::SecretsManager::Secret', `Secrets${name}`)

/** Each: what is broken, which check sees it, what is wrong and what to do, and nothing else is found. */
const FAULTS: readonly (readonly [
  fault: string,
  check: string,
  problem: RegExp,
  remedy: RegExp,
  plant: () => unknown,
])[] = [
  [
    'a table of the map is not there',
    'tables',
    /dataMap\.tables\.app\.name \| there is no table "Shop"/,
    /region where it is/,
    () => {
      const { DescribeTable } = aws.answers
      aws.answers['DescribeTable'] = (input) => {
        if (input['TableName'] === 'Shop') throw new Refusal('ResourceNotFoundException')
        return DescribeTable?.(input) ?? {}
      }
    },
  ],
  [
    'another data map is deployed',
    'deployed',
    /have another data map/,
    /npx cdk deploy/,
    () => {
      aws.stats.mapHash = 'another'
    },
  ],
  [
    'an older version is deployed',
    'deployed',
    /have another data map/,
    /npx cdk deploy/,
    () => {
      aws.stats.mapHash = undefined
    },
  ],
  [
    'erasing is paused',
    'deployed',
    /is paused/,
    /npm run ops -- resume/,
    () => {
      aws.stats.isPaused = true
    },
  ],
  [
    'an app has no secret',
    'secrets',
    /shop \| the app has no secret/,
    /npm run ops -- secrets set-app shop/,
    () => aws.secrets.set(secret('Apps'), JSON.stringify({ insta: ['0123456789abcdef0123456789abcdef'] })),
  ],
  [
    'the seal key is short',
    'secrets',
    /seal\.k1 \| is not a text of 32 bytes or more/,
    /update-secret-version-stage/,
    () => aws.secrets.set(secret('Seal'), '{"k1":"short"}'),
  ],
  [
    'a key has a name that tells nothing of its age',
    'secrets',
    /token\.latest \| is not named as keys are/,
    /the name it was made under/,
    () => aws.secrets.set(secret('Token'), JSON.stringify({ k1: 'a'.repeat(64), latest: 'b'.repeat(64) })),
  ],
  [
    'a key was added to the index secret',
    'secrets',
    /index \| has more than one value/,
    /leave the one that the first deploy made/,
    () => aws.secrets.set(secret('Index'), JSON.stringify({ k1: 'a'.repeat(64), k2: 'b'.repeat(64) })),
  ],
  [
    'a secret is no JSON',
    'secrets',
    /token \| is not a JSON object/,
    /list-secret-version-ids/,
    () => aws.secrets.set(secret('Token'), 'K'.repeat(64)),
  ],
  [
    'a secret is marked for deletion',
    'secrets',
    /receipt \| is marked for deletion/,
    /restore-secret/,
    () => {
      const { GetSecretValue } = aws.answers
      aws.answers['GetSecretValue'] = (input) => {
        if (input['SecretId'] === secret('Receipt')) throw new Refusal('InvalidRequestException')
        return GetSecretValue?.(input) ?? {}
      }
    },
  ],
  [
    'the domain does not resolve',
    'callback',
    /cannot be reached \(ENOTFOUND\)/,
    /DNS record .* DnsTarget/,
    () => {
      aws.outside = { ...aws.outside, fetch: failing('ENOTFOUND') }
    },
  ],
  [
    'the certificate has expired',
    'callback',
    /cannot be reached \(CERT_HAS_EXPIRED\)/,
    /Certificate Manager/,
    () => {
      aws.outside = { ...aws.outside, fetch: failing('CERT_HAS_EXPIRED') }
    },
  ],
  [
    'the callback is late',
    'callback',
    /does not answer within 5 s, twice/,
    /the log of meta-callback/,
    () => {
      const late = () => Promise.reject(new DOMException('late', 'TimeoutError'))
      aws.outside = { ...aws.outside, fetch: late }
    },
  ],
  [
    'the callback has another secret',
    'callback',
    /signed with the newest secret of the app is answered with 400/,
    /another secret/,
    () => {
      aws.outside = { ...aws.outside, fetch: callbackOf('f'.repeat(32)) }
    },
  ],
  [
    'the callback is of another deployment',
    'callback',
    /does not begin with https:\/\/delete\.example\.com/,
    /deploy again/,
    () => {
      const fetch = callbackOf('0123456789abcdef0123456789abcdef', { url: 'https://old.example.com' })
      aws.outside = { ...aws.outside, fetch }
    },
  ],
  [
    'what is there takes everything',
    'callback',
    /a request that Meta did not sign is answered with 200/,
    /take the address out of Meta's dashboard/,
    () => {
      const genuine = aws.outside.fetch
      aws.outside = {
        ...aws.outside,
        fetch: async (input, init) => {
          const answer = await genuine(input, init)
          return answer.status === 400 ? Response.json({}) : answer
        },
      }
    },
  ],
  [
    'a request about nobody stands still',
    'callback',
    /still not done/,
    /npm run ops -- show K3Z/,
    () => {
      const fetch = callbackOf('0123456789abcdef0123456789abcdef', { status: { state: 'in_progress' } })
      aws.outside = { ...aws.outside, fetch }
    },
  ],
  [
    'an app was not deployed',
    'callback',
    /apps\.insta \| the app is configured, but has no callback/,
    /npx cdk deploy/,
    () => aws.outputs.delete('instaCallbackUrl'),
  ],
  [
    'the eraser could not run',
    'dead letters',
    /ErasureQueueDead \| a message lies/,
    /ErasureDeadLetters .* aws sqs purge-queue --queue-url http:\/\/127/,
    () => aws.messages.set(aws.idOf('AWS::SQS::Queue', 'ErasureQueueDead'), 1),
  ],
  [
    'the ledger may be deleted',
    'ledger',
    /not protected against deletion/,
    /--deletion-protection-enabled/,
    () => {
      aws.ledger['DeletionProtectionEnabled'] = false
    },
  ],
  [
    'the ledger cannot be restored',
    'ledger',
    /no point-in-time recovery/,
    /update-continuous-backups/,
    () => {
      aws.answers['DescribeContinuousBackups'] = () => ({
        ContinuousBackupsDescription: {
          PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' },
        },
      })
    },
  ],
  [
    'the ledger forgets nothing',
    'ledger',
    /TTL is off/,
    /update-time-to-live .*AttributeName=expiresAt/,
    () => {
      const { DescribeTimeToLive } = aws.answers
      aws.answers['DescribeTimeToLive'] = (input) =>
        input['TableName'] === aws.ledger['TableName']
          ? { TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' } }
          : (DescribeTimeToLive?.(input) ?? {})
    },
  ],
  [
    'the stream of the ledger is off',
    'ledger',
    /its stream is off/,
    /StreamEnabled=true,StreamViewType=NEW_AND_OLD_IMAGES/,
    () => {
      aws.ledger['StreamSpecification'] = undefined
    },
  ],
  [
    'the pipe is stopped',
    'pipe',
    /is STOPPED, not RUNNING/,
    /aws pipes start-pipe --name/,
    () => {
      aws.pipe['CurrentState'] = 'STOPPED'
    },
  ],
  [
    'the pipe reads an old stream',
    'pipe',
    /does not read the ledger's current stream/,
    /deploy without it, then with it/,
    () => {
      aws.pipe['Source'] = `${String(aws.pipe['Source'])}-old`
    },
  ],
  [
    'the pipe rings another queue',
    'pipe',
    /does not lead to the erasure queue/,
    /aws pipes update-pipe/,
    () => {
      aws.pipe['Target'] = `${String(aws.pipe['Target'])}-other`
    },
  ],
  [
    'the pipe was deleted by hand',
    'pipe',
    /not there any more/,
    /Deploy without it, then with it/,
    () => {
      aws.answers['DescribePipe'] = () => {
        throw new Refusal('NotFoundException')
      }
    },
  ],
  [
    'the queue is not read',
    'queue',
    /its event source is Disabled/,
    /update-event-source-mapping --uuid .* --enabled/,
    () => {
      aws.answers['GetEventSourceMapping'] = ({ name }) => ({
        UUID: name,
        State: name?.startsWith('Notices') ? 'Enabled' : 'Disabled',
        FunctionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:erase',
      })
    },
  ],
  [
    'messages wait in the queue',
    'queue',
    /a message has waited for 20 minutes/,
    /throttles/,
    () => {
      metric('ApproximateAgeOfOldestMessage', [
        { Timestamp: NOW.getTime() / 1000 - 900, Maximum: 3 },
        { Timestamp: NOW.getTime() / 1000 - 300, Maximum: 1200 },
      ])
    },
  ],
  [
    'a schedule is off',
    'schedules',
    /Schedulessweep.* \| the schedule is DISABLED/,
    /EventBridge > Schedules > Enable/,
    () => {
      const { GetSchedule } = aws.answers
      aws.answers['GetSchedule'] = (input) => ({
        ...GetSchedule?.(input),
        ...(/sweep/.test(input['name'] ?? '') && { State: 'DISABLED' }),
      })
    },
  ],
  [
    'the clock does not run',
    'schedules',
    /has not run for 15 minutes/,
    /SweepSilent/,
    () => metric('Invocations', []),
  ],
  [
    'the sweep fails every time',
    'schedules',
    /has failed at every run/,
    /its log says why/,
    () => metric('Errors', [{ Timestamp: NOW.getTime() / 1000 - 300, Sum: 5 }]),
  ],
  [
    'nobody is subscribed to the alarms',
    'subscribers',
    /the alarms have no subscriber/,
    /-c alarmEmail=.* aws sns subscribe/,
    () => {
      aws.answers['ListSubscriptionsByTopic'] = () => ({ Subscriptions: [] })
    },
  ],
  [
    'a subscriber has not confirmed',
    'subscribers',
    /no subscription to the alarms has been confirmed/,
    /open the link/,
    () => {
      aws.answers['ListSubscriptionsByTopic'] = () => ({
        Subscriptions: [{ SubscriptionArn: 'PendingConfirmation', Protocol: 'email' }],
      })
    },
  ],
  [
    'an alarm is muted',
    'alarms',
    /NeedsOperator.* \| its actions are switched off/,
    /enable-alarm-actions --alarm-names AlarmsNeedsOperator/,
    () => alarm('NeedsOperator', { ActionsEnabled: false }),
  ],
  [
    'an alarm rings',
    'alarms',
    /RequestOverdue.* \| is in alarm now/,
    /runbook/,
    () => alarm('RequestOverdue', { StateValue: 'ALARM', AlarmDescription: 'see runbook' }),
  ],
  [
    'an alarm was deleted',
    'alarms',
    /SweepSilent.* \| the alarm was deleted by hand/,
    /deploy without it, then with it/,
    () => alarm('SweepSilent', undefined),
  ],
  [
    'the domain is not verified',
    'mail domain',
    /has not verified the domain/,
    /MailRecord/,
    () => identity({ VerifiedForSendingStatus: false }),
  ],
  [
    'mails are not signed',
    'mail domain',
    /DKIM/,
    /CNAME/,
    () => identity({ DkimAttributes: { Status: 'PENDING', SigningEnabled: true } }),
  ],
  [
    'MAIL FROM has no record',
    'mail domain',
    /MAIL FROM/,
    /bounce\.example\.com: MX and TXT/,
    () =>
      identity({
        MailFromAttributes: { MailFromDomain: 'bounce.example.com', MailFromDomainStatus: 'FAILED' },
      }),
  ],
  [
    'the account is in the sandbox',
    'mail account',
    /in the sandbox/,
    /Request production access/,
    () => {
      aws.answers['GetAccount'] = () => ({ ProductionAccessEnabled: false, SendingEnabled: true })
    },
  ],
  [
    'sending is switched off',
    'mail account',
    /sending is switched off/,
    /put-account-sending-attributes/,
    () => {
      aws.answers['GetAccount'] = () => ({ ProductionAccessEnabled: true, SendingEnabled: false })
    },
  ],
  [
    'no receipt rule set is active',
    'receipt rule',
    /no receipt rule set is active/,
    /npm run ops -- email activate/,
    () => {
      aws.answers['DescribeActiveReceiptRuleSet'] = () => ({})
    },
  ],
  [
    'another receipt rule set is active',
    'receipt rule',
    /corporate \| it is the active receipt rule set, and does not have our rule/,
    /email\.receiving\.receiptRuleSet/,
    () => {
      aws.answers['DescribeActiveReceiptRuleSet'] = () => ({ Metadata: { Name: 'corporate' }, Rules: [] })
    },
  ],
  [
    'the MX record leads elsewhere',
    'MX record',
    /leads to mail\.example\.org/,
    /example\.com MX 10 inbound-smtp\.eu-west-1\.amazonaws\.com/,
    () => {
      aws.outside = { ...aws.outside, resolveMx: async () => [{ exchange: 'mail.example.org' }] }
    },
  ],
  [
    'there is no MX record',
    'MX record',
    /has no MX record/,
    /example\.com MX 10/,
    () => {
      const missing = Object.assign(new Error('queryMx ENODATA'), { code: 'ENODATA' })
      aws.outside = { ...aws.outside, resolveMx: () => Promise.reject(missing) }
    },
  ],
]

const failing =
  (code: string): typeof fetch =>
  () =>
    Promise.reject(new TypeError('fetch failed', { cause: Object.assign(new Error('no'), { code }) }))

function metric(name: string, Datapoints: readonly object[]): void {
  const { GetMetricStatistics } = aws.answers
  aws.answers['GetMetricStatistics'] = (input) =>
    input['MetricName'] === name ? { Datapoints } : (GetMetricStatistics?.(input) ?? {})
}

function identity(change: object): void {
  const { GetEmailIdentity } = aws.answers
  aws.answers['GetEmailIdentity'] = (input) => ({ ...GetEmailIdentity?.(input), ...change })
}

function alarm(name: string, change: object | undefined): void {
  const { DescribeAlarms } = aws.answers
  aws.answers['DescribeAlarms'] = (input) => {
    const { MetricAlarms } = (DescribeAlarms?.(input) ?? { MetricAlarms: [] }) as {
      MetricAlarms: readonly { AlarmName: string }[]
    }
    return {
      MetricAlarms: MetricAlarms.flatMap((one) =>
        one.AlarmName.startsWith(`Alarms${name}`) ? (change ? [{ ...one, ...change }] : []) : [one],
      ),
    }
  }
}

describe('a planted fault is found by its own check alone, with what to do', () => {
  it.each(FAULTS)('%s', async (_fault, check, problem, remedy, plant) => {
    aws = await deployedCompany(served.url)
    plant()
    const found = trouble(await doctor())
    expect(found).not.toEqual([])
    expect(found.filter((line) => !line.startsWith(`${check} | `))).toEqual([])
    expect(found.filter((line) => problem.test(line))).not.toEqual([])
    expect(found.filter((line) => remedy.test(line.split(' | ').at(-1) ?? ''))).not.toEqual([])
    expect(found.join('\n')).not.toMatch(/0123456789abcdef|K{8}|a{16}|b{16}|short/)
  })
})

it('asks once more when the first call had to start the function', async () => {
  aws = await deployedCompany(served.url)
  const { fetch } = aws.outside
  const late = new Set<unknown>()
  aws.outside = {
    ...aws.outside,
    fetch: (input, init) => {
      const call = `${init?.method} ${input instanceof Request ? input.url : input.toString()}`
      if (late.has(call)) return fetch(input, init)
      late.add(call)
      return Promise.reject(new DOMException('late', 'TimeoutError'))
    },
  }
  expect(trouble(await doctor())).toEqual([])
  expect(late.size).toBeGreaterThan(4)
})

describe('what cannot be looked at', () => {
  it('is said, with the permission that is missing, and stops nothing else', async () => {
    aws = await deployedCompany(served.url)
    aws.answers['GetSchedule'] = refusing(
      'AccessDeniedException',
      'User: arn:aws:sts::111122223333:assumed-role/Ops/linh is not authorized to perform: scheduler:GetSchedule on resource: …',
    )
    aws.answers['DescribePipe'] = refusing('AccessDeniedException', 'no')
    aws.answers['GetAccount'] = refusing('InternalServiceError', 'linh')
    const results = await doctor()
    expect(trouble(results)).toEqual([
      'pipe | your role lacks a permission: pipes:DescribePipe, dynamodb:DescribeTable',
      'schedules | your role lacks a permission: scheduler:GetSchedule',
      'mail account | InternalServiceError',
    ])
    const text = written(results)
    expect(text).toContain('could not be checked: your role')
    expect(text).toContain('3 checks could not be made; 13 checks without a finding.')
  })

  it.each([
    ['AccessDenied', 'your role lacks a permission: cloudformation:DescribeStacks'],
    ['ValidationError', 'there is no stack Staging in eu-west-1: give --stack, --region or --profile'],
  ])('without its stack says so wherever the stack is needed: %s', async (name, why) => {
    aws = await deployedCompany(served.url)
    aws.answers['DescribeStacks'] = refusing(
      name,
      'is not authorized to perform: cloudformation:DescribeStacks',
    )
    const results = await doctor({ stack: 'Staging' })
    const unseen = results.filter(({ is }) => is === 'unseen')
    expect(results.filter(({ is }) => is === 'ok').map(({ check }) => check)).toEqual([
      'config',
      'tables',
      'mail account',
    ])
    expect(unseen).toHaveLength(CHECKS.length - 3)
    expect(unseen.filter((one) => !one.why?.startsWith(why))).toEqual([])
  })

  it('is given up after its time, and nothing waits for it', async () => {
    const silent = { ...aPart, name: 'silent', withinSeconds: 0.05, run: () => new Promise<never>(() => {}) }
    const system = systemOf({ config: 'deletion.config.ts' }, aws.outside)
    expect(await examine([silent, aPart], system, QUIET)).toMatchObject([
      { check: 'silent', is: 'unseen', why: 'it took more than 0.05 s: try again' },
      { check: 'one', is: 'ok' },
    ])
  })

  it('because the configuration has mistakes is told apart from them', async () => {
    aws = await deployedCompany(served.url)
    const config = join(folder, 'broken.config.ts')
    writeFileSync(config, 'export default { apps: {} }')
    const results = await doctor({ config })
    expect(results.find(({ check }) => check === 'config')).toMatchObject({ is: 'findings' })
    expect(results.find(({ check }) => check === 'secrets')?.why).toContain('correct them first')
    expect(results.find(({ check }) => check === 'pipe')?.is).toBe('ok')
  })
})

const aPart = {
  name: 'one',
  looksAt: 'one',
  isLocal: true,
  permissions: [],
  run: () => Promise.resolve([]),
} as const

const refusing = (name: string, message: string) => () => {
  throw new Refusal(name, message)
}

it('looks at no mail where there is none', async () => {
  aws = await deployedCompany(served.url)
  const system = systemOf({ config: 'deletion.config.ts' }, aws.outside)
  const { email: _, ...rest } = await system.config()
  const results = await examine(CHECKS, { ...system, config: async () => rest }, QUIET)
  expect(results.filter(({ is }) => is !== 'ok').map(({ check, is }) => [check, is])).toEqual([
    ['mail domain', 'not configured'],
    ['mail account', 'not configured'],
    ['receipt rule', 'not configured'],
    ['MX record', 'not configured'],
  ])
})

it('finds its parts in a stack that has others, under a construct of any name', async () => {
  aws = await deployedCompany(served.url)
  for (const one of aws.resources) one.logicalId = `ErasePeople${one.logicalId}`
  for (const type of new Set(aws.resources.map((one) => one.type)))
    aws.resources.push({ type, logicalId: 'TheirsShop0A1B2C3D', physicalId: 'theirs' })
  aws.outputs.set('OtherUrl', 'https://shop.example.com')
  expect(trouble(await doctor())).toEqual([])
})

it('takes a topic of the company’s own for the one that tells of alarms', async () => {
  aws = await deployedCompany(served.url)
  const at = aws.resources.findIndex(({ type }) => type === 'AWS::SNS::Topic')
  aws.resources.splice(at, 1)
  expect(trouble(await doctor())).toEqual([])
  aws.outputs.delete('AlarmTopicArn')
  expect(trouble(await doctor()).join()).toContain('no output AlarmTopicArn')
})

it('needs what the documentation permits, and nothing else', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/operating.md'), 'utf8')
  const policy = /```json\n(?<json>\{\n {2}"Version"[^`]*)```/.exec(page)?.groups?.['json'] ?? ''
  const { Statement } = JSON.parse(policy) as { Statement: readonly { Action: readonly string[] }[] }
  const needed = ['cloudformation:DescribeStacks', 'cloudformation:ListStackResources']
  // The stack has policies of its own for its functions.
  const ofChecks = CHECKS.flatMap(({ permissions = [] }) => permissions).filter(
    (one) => !one.startsWith('lambda:Invoke'),
  )
  expect(new Set(Statement.flatMap(({ Action }) => Action))).toEqual(new Set([...needed, ...ofChecks]))
  for (const { name } of CHECKS) expect(page).toContain(`| \`${name}\``)
})
