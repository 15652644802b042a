import { beforeAll, describe, expect, it } from 'vitest'
import sample from '../../deletion.config.ts'
import { type FunctionName, routesOf } from '../../infra/wiring.ts'
import {
  assertionsOf,
  att,
  configWith,
  type Json,
  type Synthesized,
  synthesize,
  synthesized,
  withoutEmail,
} from '../fixtures/deployed/stack.ts'

let stack: Synthesized
const output = (of: Synthesized, name: string): Json => of.template.findOutputs(name)[name]?.['Value']

beforeAll(async () => {
  stack = await synthesized('withoutEmail')
})

describe('the HTTP API', () => {
  it('sends every route of the wiring to its function, and nothing else', () => {
    const targets = stack.all('AWS::ApiGatewayV2::Route').map(([, { Properties }]) => {
      const [, [, { Ref: id }]] = Properties['Target']['Fn::Join'] as [string, [string, { Ref: string }]]
      const integration = stack.all('AWS::ApiGatewayV2::Integration').find(([one]) => one === id)
      expect(integration?.[1].Properties).toMatchObject({ PayloadFormatVersion: '2.0' })
      return [Properties['RouteKey'], integration?.[1].Properties['IntegrationUri']]
    })
    const expected = Object.entries(routesOf(withoutEmail)).map(([route, name]) => [
      route,
      att(stack.functionId(name), 'Arn'),
    ])
    expect(Object.fromEntries(targets)).toEqual(Object.fromEntries(expected))
  })

  it('keeps Meta’s share of calls apart, and ten times that of the status page', () => {
    const { DefaultRouteSettings, RouteSettings } = stack.only('AWS::ApiGatewayV2::Stage').Properties
    expect(DefaultRouteSettings).toEqual({ ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 })
    const callback = { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1000 }
    // Whatever is named here cannot be taken out by a deployment: the pages, complaints, `GET /` and `$default` are not.
    expect(RouteSettings).toEqual({
      'POST /meta/{app}/data-deletion': callback,
      'GET /meta/{app}/data-deletion': callback,
      'HEAD /meta/{app}/data-deletion': callback,
      'POST /meta/{app}/deauthorize': callback,
      'GET /meta/{app}/deauthorize': callback,
      'HEAD /meta/{app}/deauthorize': callback,
    })
  })

  it('has the stack’s name, and one integration for each function that it calls', () => {
    expect(stack.only('AWS::ApiGatewayV2::Api').Properties['Name']).toBe('Test')
    const called = stack
      .all('AWS::ApiGatewayV2::Integration')
      .map(([, one]) => one.Properties['IntegrationUri'])
    expect(called).toHaveLength(4)
    expect(called).toEqual(
      expect.arrayContaining([
        att(stack.functionId('meta-callback'), 'Arn'),
        att(stack.functionId('status'), 'Arn'),
        att(stack.functionId('receipt'), 'Arn'),
        att(stack.functionId('complaint'), 'Arn'),
      ]),
    )
  })

  it('puts the stage on the air by itself, after every route it names', () => {
    expect(stack.only('AWS::ApiGatewayV2::Stage').Properties).toMatchObject({
      StageName: '$default',
      AutoDeploy: true,
    })
    const routes = stack.all('AWS::ApiGatewayV2::Route').map(([id]) => id)
    expect(stack.only('AWS::ApiGatewayV2::Stage').DependsOn).toEqual(expect.arrayContaining(routes))
  })

  it('logs route, status, latency and request id of a call, and nothing that could name a person or a code', () => {
    const { Format, DestinationArn } = stack.only('AWS::ApiGatewayV2::Stage').Properties['AccessLogSettings']
    expect(JSON.parse(Format)).toEqual({
      route: '$context.routeKey',
      status: '$context.status',
      latencyMs: '$context.responseLatency',
      requestId: '$context.requestId',
    })
    const log = stack.idOf('AWS::Logs::LogGroup', 'PublicApiAccessLog')
    expect(DestinationArn).toEqual(att(log, 'Arn'))
    expect(stack.only('AWS::Logs::LogGroup', 'PublicApiAccessLog')).toMatchObject({
      DeletionPolicy: 'Delete',
      Properties: {
        LogGroupName: { 'Fn::Join': ['', ['/aws/vendedlogs/', { Ref: 'AWS::StackName' }, '/access']] },
        RetentionInDays: 90,
      },
    })
  })

  it('raises an alarm when calls of Meta’s are refused as too many, or fail', () => {
    const { FilterPattern, MetricTransformations, LogGroupName } = stack.only(
      'AWS::Logs::MetricFilter',
      'AlarmsFailedCallbacksLine0',
    ).Properties
    expect(FilterPattern).toBe(
      '{ (($.status = "429") || ($.status = "5*")) && (($.route = "POST /meta/{app}/data-deletion") || ($.route = "POST /meta/{app}/deauthorize")) }',
    )
    expect(LogGroupName).toEqual({ Ref: stack.idOf('AWS::Logs::LogGroup', 'PublicApiAccessLog') })
    expect(MetricTransformations).toEqual([
      { MetricNamespace: 'Test', MetricName: 'FailedCallbacks', MetricValue: '1' },
    ])
    expect(stack.alarm('FailedCallbacks').Properties).toMatchObject({
      Namespace: 'Test',
      MetricName: 'FailedCallbacks',
      Statistic: 'Sum',
    })
  })
})

describe('the public address', () => {
  const endpoint = () => att(stack.idOf('AWS::ApiGatewayV2::Api', 'PublicApi'), 'ApiEndpoint')
  const urlOf = (of: Synthesized, name: FunctionName) =>
    of.fn(name).Properties['Environment'].Variables['PUBLIC_URL']

  it('is the API’s own, without a domain', () => {
    for (const name of ['meta-callback', 'status'] as const) expect(urlOf(stack, name)).toEqual(endpoint())
    expect(stack.all('AWS::ApiGatewayV2::DomainName')).toHaveLength(0)
  })

  it('is the custom domain, served with TLS 1.2 by the stage', async () => {
    const certificateArn = 'arn:aws:acm:ap-southeast-1:111122223333:certificate/0000'
    const domain = { name: 'delete.example.com', certificateArn }
    const served = await synthesize({ domain })
    expect(urlOf(served, 'meta-callback')).toBe('https://delete.example.com')
    served.template.hasResourceProperties('AWS::ApiGatewayV2::DomainName', {
      DomainName: 'delete.example.com',
      DomainNameConfigurations: [
        { CertificateArn: certificateArn, EndpointType: 'REGIONAL', SecurityPolicy: 'TLS_1_2' },
      ],
    })
    served.template.resourceCountIs('AWS::ApiGatewayV2::ApiMapping', 1)
    expect(output(served, 'ShopCallbackUrl')).toEqual('https://delete.example.com/meta/shop/data-deletion')
    const domainName = served.idOf('AWS::ApiGatewayV2::DomainName', 'PublicApiDomain')
    expect(output(served, 'DnsTarget')).toEqual(att(domainName, 'RegionalDomainName'))
  })

  it('needs a certificate of the stack’s own region', async () => {
    const certificateArn = 'arn:aws:acm:ap-southeast-1:111122223333:certificate/0000'
    const domain = { name: 'delete.example.com', certificateArn }
    const anywhere = await synthesize({ domain })
    expect(assertionsOf(anywhere)).toEqual([
      {
        Assert: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'ap-southeast-1'] },
        AssertDescription:
          'The certificate of delete.example.com is of ap-southeast-1: deploy the stack there',
      },
    ])
    const here = await synthesize({ domain, env: { region: 'ap-southeast-1' } })
    expect(assertionsOf(here)).toEqual([])
    await expect(synthesize({ domain, env: { region: 'eu-west-1' } })).rejects.toThrow(
      'The certificate of delete.example.com is of ap-southeast-1, the stack of eu-west-1',
    )
  })

  it('is what the configuration says, whatever domain the API has', async () => {
    const config = configWith({ publicUrl: 'https://privacy.example.com' })
    const served = await synthesize({ config })
    expect(urlOf(served, 'status')).toBe('https://privacy.example.com')
    expect(output(served, 'ShopCallbackUrl')).toEqual('https://privacy.example.com/meta/shop/data-deletion')
  })

  it.each([
    ['and the API has no domain', undefined],
    ['and the API has another domain', 'delete.example.com'],
  ])('needs a proxy, and an output says so, if the configuration gives it %s', async (_case, name) => {
    const certificateArn = 'arn:aws:acm:ap-southeast-1:111122223333:certificate/0000'
    const config = configWith({ publicUrl: 'https://privacy.example.com' })
    const served = await synthesize({ config, domain: name === undefined ? name : { name, certificateArn } })
    expect(JSON.stringify(output(served, 'ProxyNeeded'))).toContain(
      'https://privacy.example.com is not a domain of this API',
    )
  })

  it('needs none if it is the domain or the API’s own', async () => {
    const certificateArn = 'arn:aws:acm:ap-southeast-1:111122223333:certificate/0000'
    const config = configWith({ publicUrl: 'https://delete.example.com' })
    const served = await synthesize({ config, domain: { name: 'delete.example.com', certificateArn } })
    for (const one of [served, stack]) expect(output(one, 'ProxyNeeded')).toBeUndefined()
  })
})

describe('the outputs', () => {
  it('name what to paste for every app', async () => {
    const { shop } = sample.apps
    if (!shop) throw new Error('the sample has an app named shop')
    const config = configWith({
      publicUrl: 'https://x.example.com',
      apps: { shop, 'my-insta': { ...shop, product: 'instagram' }, threads: { ...shop, product: 'threads' } },
    })
    const served = await synthesize({ config })
    for (const [id, app] of [
      ['Shop', 'shop'],
      ['MyInsta', 'my-insta'],
      ['Threads', 'threads'],
    ]) {
      expect(output(served, `${id}CallbackUrl`)).toEqual(`https://x.example.com/meta/${app}/data-deletion`)
      expect(output(served, `${id}DeauthorizeUrl`)).toEqual(`https://x.example.com/meta/${app}/deauthorize`)
    }
  })

  it('give the commands that put the app secrets in, to be copied as they stand', () => {
    const [, parts] = output(stack, 'NextStep')['Fn::Join'] as [string, readonly unknown[]]
    const said = parts.map((part) => (typeof part === 'string' ? part : JSON.stringify(part))).join('')
    for (const app of ['shop', 'insta']) {
      expect(said).toContain(
        `npm run ops -- secrets set-app ${app} --stack Test --region {"Ref":"AWS::Region"}`,
      )
    }
    expect(said).toContain('Then paste the callback URLs')
  })

  it('name the addresses, the secret, the topic and the table that the stack made', () => {
    const endpoint = att(stack.idOf('AWS::ApiGatewayV2::Api', 'PublicApi'), 'ApiEndpoint')
    for (const [name, value] of [
      ['PublicUrl', endpoint],
      ['ApiUrl', endpoint],
      ['AppSecretsId', { Ref: stack.idOf('AWS::SecretsManager::Secret', 'SecretsApps') }],
      ['SealKeysId', { Ref: stack.idOf('AWS::SecretsManager::Secret', 'SecretsSeal') }],
      ['TokenKeysId', { Ref: stack.idOf('AWS::SecretsManager::Secret', 'SecretsToken') }],
      ['ReceiptKeysId', { Ref: stack.idOf('AWS::SecretsManager::Secret', 'SecretsReceipt') }],
      ['AlarmTopicArn', { Ref: stack.idOf('AWS::SNS::Topic') }],
      ['LedgerTableName', { Ref: stack.idOf('AWS::DynamoDB::GlobalTable') }],
    ] as const) {
      expect(output(stack, name)).toEqual(value)
    }
    expect(output(stack, 'DnsTarget')).toBeUndefined()
  })

  it('lead operators to their addresses and policies', () => {
    for (const [Name, name] of [
      ['View', 'view'],
      ['Operate', 'operate'],
    ] as const) {
      const [url] =
        stack
          .all('AWS::Lambda::Url')
          .find(
            ([, one]) => one.Properties['TargetFunctionArn']['Fn::GetAtt'][0] === stack.functionId(name),
          ) ?? []
      expect(output(stack, `${Name}Url`)).toEqual(att(url ?? '', 'FunctionUrl'))
      const policy = stack.idOf('AWS::IAM::ManagedPolicy', `${Name}AccessPolicy`)
      expect(output(stack, `${Name}PolicyArn`)).toEqual({ Ref: policy })
    }
  })
})
