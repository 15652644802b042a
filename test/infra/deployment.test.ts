import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readDeployment } from '../../infra/deployment.ts'

const CDK = new URL('../../cdk.json', import.meta.url)
const CERTIFICATE = 'arn:aws:acm:ap-southeast-1:111122223333:certificate/0000'

describe('readDeployment', () => {
  it('needs nothing: one stack, in the region of the caller', () => {
    expect(readDeployment({})).toEqual({
      stackName: 'DataDeletion',
      configPath: 'deletion.config.ts',
      region: undefined,
      domain: undefined,
      alarmEmail: undefined,
    })
  })

  it('takes everything that a deployment may decide', () => {
    expect(
      readDeployment({
        stackName: 'Privacy-Prod',
        config: 'company/deletion.config.ts',
        region: 'ap-southeast-1',
        domainName: 'delete.example.com',
        certificateArn: CERTIFICATE,
        alarmEmail: 'ops@example.com',
      }),
    ).toEqual({
      stackName: 'Privacy-Prod',
      configPath: 'company/deletion.config.ts',
      region: 'ap-southeast-1',
      domain: { name: 'delete.example.com', certificateArn: CERTIFICATE },
      alarmEmail: 'ops@example.com',
    })
  })

  it.each([
    ['a domain without a certificate', { domainName: 'delete.example.com' }, 'give both or neither'],
    ['a certificate without a domain', { certificateArn: CERTIFICATE }, 'give both or neither'],
    ['an address instead of a domain', { domainName: 'https://delete.example.com' }, 'a domain name'],
    ['a region that is none', { region: 'Singapore' }, 'such as ap-southeast-1'],
    ['a stack name with a space', { stackName: 'Data Deletion' }, 'the name of a stack'],
    ['a name that was misspelt', { domianName: 'delete.example.com' }, 'did you mean "domainName"?'],
    ['a name that nobody reads', { stage: 'prod' }, 'means nothing here: use one of: stackName,'],
    ['an email address that is none', { alarmEmail: 'ops' }, 'an email address'],
  ])('refuses %s', (_what, context, remedy) => {
    expect(() => readDeployment(context)).toThrow(remedy)
  })

  it('leaves alone what is the CDK’s own, be it of cdk.json or of its command line', () => {
    const { context: flags } = JSON.parse(readFileSync(CDK, 'utf8')) as { context: Record<string, unknown> }
    const context = {
      ...flags,
      'acknowledged-issue-numbers': [19836],
      'aws:cdk:bundling-stacks': ['**'],
      'availability-zones:account=111122223333:region=ap-southeast-1': ['ap-southeast-1a'],
      'aws-cdk:enableDiffNoFail': true,
      '@aws-cdk/core:newStyleStackSynthesis': true,
    }
    expect(readDeployment(context).stackName).toBe('DataDeletion')
  })

  it('names every mistake at once', () => {
    expect(() => readDeployment({ region: 'x', alarmEmail: 'y' })).toThrow(/region=x.*alarmEmail=y/s)
  })
})
