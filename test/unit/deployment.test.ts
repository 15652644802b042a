import { describe, expect, it } from 'vitest'
import { readDeployment } from '../../infra/deployment.ts'

const CERTIFICATE = 'arn:aws:acm:ap-southeast-1:111122223333:certificate/0000'
const read = (context: Readonly<Record<string, unknown>>) => readDeployment((name) => context[name])

describe('readDeployment', () => {
  it('needs nothing: one stack, in the region of the caller', () => {
    expect(read({})).toEqual({
      stackName: 'DataDeletion',
      configPath: 'deletion.config.ts',
      region: undefined,
      domain: undefined,
      alarmEmail: undefined,
    })
  })

  it('takes everything that a deployment may decide', () => {
    expect(
      read({
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
    ['an email address that is none', { alarmEmail: 'ops' }, 'an email address'],
  ])('refuses %s', (_what, context, remedy) => {
    expect(() => read(context)).toThrow(remedy)
  })

  it('names every mistake at once', () => {
    expect(() => read({ region: 'x', alarmEmail: 'y' })).toThrow(/region=x.*alarmEmail=y/s)
  })
})
