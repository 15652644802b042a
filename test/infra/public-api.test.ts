import { beforeAll, describe, expect, it } from 'vitest'
import sample from '../../deletion.config.ts'
import { type FunctionName, ROUTES } from '../../infra/wiring.ts'
import { att, configWith, type Synthesized, synthesize } from '../fixtures/stack.ts'

let stack: Synthesized

beforeAll(async () => {
  stack = await synthesize()
})

describe('the HTTP API', () => {
  it('sends every route of the wiring to its function, and nothing else', () => {
    const targets = stack.all('AWS::ApiGatewayV2::Route').map(([, { Properties }]) => {
      const [, [, { Ref: id }]] = Properties['Target']['Fn::Join'] as [string, [string, { Ref: string }]]
      const integration = stack.all('AWS::ApiGatewayV2::Integration').find(([one]) => one === id)
      expect(integration?.[1].Properties).toMatchObject({ PayloadFormatVersion: '2.0' })
      return [Properties['RouteKey'], integration?.[1].Properties['IntegrationUri']]
    })
    const expected = Object.entries(ROUTES).map(([route, name]) => [
      route,
      att(stack.functionId(name), 'Arn'),
    ])
    expect(Object.fromEntries(targets)).toEqual(Object.fromEntries(expected))
  })

  it('keeps Meta’s share of calls apart, and ten times that of the status page', () => {
    const limits = stack.only('AWS::ApiGatewayV2::Stage').Properties['RouteSettings']
    expect(Object.keys(limits).toSorted()).toEqual(Object.keys(ROUTES).toSorted())
    const callback = limits['POST /meta/{app}/data-deletion']
    const status = limits['GET /status/{code}']
    expect(callback.ThrottlingRateLimit).toBeGreaterThanOrEqual(200)
    expect(callback.ThrottlingRateLimit).toBeGreaterThanOrEqual(10 * status.ThrottlingRateLimit)
    expect(callback.ThrottlingBurstLimit).toBeGreaterThanOrEqual(10 * status.ThrottlingBurstLimit)
    expect(limits['POST /meta/{app}/deauthorize']).toEqual(callback)
  })

  it('puts the stage on the air after every route it names', () => {
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

  it('raises an alarm when calls of Meta’s are refused as too many', () => {
    const { FilterPattern, MetricTransformations, LogGroupName } = stack.only(
      'AWS::Logs::MetricFilter',
      'AlarmsRefusedCallbacksLine0',
    ).Properties
    expect(FilterPattern).toBe(
      '{ ($.status = "429") && (($.route = "POST /meta/{app}/data-deletion") || ($.route = "POST /meta/{app}/deauthorize")) }',
    )
    expect(LogGroupName).toEqual({ Ref: stack.idOf('AWS::Logs::LogGroup', 'PublicApiAccessLog') })
    expect(MetricTransformations).toEqual([
      { MetricNamespace: 'Test', MetricName: 'RefusedCallbacks', MetricValue: '1' },
    ])
    expect(stack.alarm('RefusedCallbacks').Properties).toMatchObject({
      Namespace: 'Test',
      MetricName: 'RefusedCallbacks',
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
    served.template.hasOutput('ShopCallbackUrl', {
      Value: 'https://delete.example.com/meta/shop/data-deletion',
    })
    served.template.hasOutput('DnsTarget', {})
  })

  it('is what the configuration says, whatever domain the API has', async () => {
    const config = configWith({ publicUrl: 'https://privacy.example.com' })
    const served = await synthesize({ config })
    expect(urlOf(served, 'status')).toBe('https://privacy.example.com')
    served.template.hasOutput('ShopCallbackUrl', {
      Value: 'https://privacy.example.com/meta/shop/data-deletion',
    })
  })
})

describe('the outputs', () => {
  it('name what to paste for every app, and what to do next', async () => {
    const { shop } = sample.apps
    if (!shop) throw new Error('the sample has an app named shop')
    const config = configWith({
      publicUrl: 'https://x.example.com',
      apps: { shop, 'my-insta': { ...shop, product: 'instagram' }, threads: { ...shop, product: 'threads' } },
    })
    const { template } = await synthesize({ config })
    for (const [id, app] of [
      ['Shop', 'shop'],
      ['MyInsta', 'my-insta'],
      ['Threads', 'threads'],
    ]) {
      template.hasOutput(`${id}CallbackUrl`, { Value: `https://x.example.com/meta/${app}/data-deletion` })
      template.hasOutput(`${id}DeauthorizeUrl`, { Value: `https://x.example.com/meta/${app}/deauthorize` })
    }
    expect(JSON.stringify(template.findOutputs('NextStep'))).toContain('put-secret-value')
  })
})
