/** The address that Meta calls and people open. */
import { Stack, Validations } from 'aws-cdk-lib'
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway'
import {
  type CfnStage,
  DomainName,
  HttpApi,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigatewayv2'
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations'
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager'
import { FilterPattern } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { ROUTES, USUAL_THROTTLE } from '../wiring.ts'
import type { Alarms } from './alarms/alarms.ts'
import { serviceLog } from './functions/aws-services.ts'
import type { ServiceFunctions } from './functions/service-function.ts'
import type { DataDeletionProps } from './props.ts'
import { demandRegionOf } from './same-region.ts'

export class PublicApi extends Construct {
  /** `https://…` without a path. */
  readonly url: string
  /** The API's own address, which answers even if there is a custom domain. */
  readonly endpoint: string
  /** The target of the custom domain's DNS record. */
  readonly dnsTarget: string | undefined
  private readonly api: HttpApi
  private readonly domain: DomainName | undefined

  constructor(scope: Construct, id: string, { domain }: Pick<DataDeletionProps, 'domain'>) {
    super(scope, id)
    this.api = new HttpApi(this, 'Api', {
      apiName: Stack.of(this).stackName,
      description: "Meta's callbacks and the pages of data deletion requests",
      createDefaultStage: false,
    })
    if (domain) demandRegionOf(this, `The certificate of ${domain.name}`, domain.certificateArn)
    this.domain =
      domain &&
      new DomainName(this, 'Domain', {
        domainName: domain.name,
        certificate: Certificate.fromCertificateArn(this, 'Certificate', domain.certificateArn),
        securityPolicy: SecurityPolicy.TLS_1_2,
      })
    this.endpoint = this.api.apiEndpoint
    this.url = domain ? `https://${domain.name}` : this.endpoint
    this.dnsTarget = this.domain?.regionalDomainName
    Validations.of(this).acknowledge({
      id: 'AwsSolutions::AwsSolutions-APIG4',
      reason:
        'Public by design: Meta signs its calls and the function verifies them, and a status page is opened by its code, which nobody can guess',
    })
  }

  /** Puts the functions behind their routes, and publishes the routes. */
  serve(functions: ServiceFunctions, alarms: Alarms): void {
    const routes = Object.entries(functions).flatMap(([name, fn]) => {
      const integration = new HttpLambdaIntegration(name, fn)
      return fn.entry.routes?.map((route) => this.route(route, integration)) ?? []
    })
    const log = serviceLog(this, 'AccessLog', 'access')
    const stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      autoDeploy: true,
      throttle: { rateLimit: USUAL_THROTTLE.perSecond, burstLimit: USUAL_THROTTLE.burst },
      accessLogSettings: { destination: new LogGroupLogDestination(log), format: ACCESS_LOG },
      ...(this.domain && { domainMapping: { domainName: this.domain } }),
    })
    const settings = stage.node.defaultChild as CfnStage
    settings.routeSettings = Object.fromEntries(
      Object.values(functions).flatMap(({ entry: { routes = [], throttle } }) => {
        if (!throttle) return []
        const limits = { ThrottlingRateLimit: throttle.perSecond, ThrottlingBurstLimit: throttle.burst }
        return routes.map((route) => [route, limits])
      }),
    )
    // A deploy fails if the stage's settings name a route that does not exist yet, and synth does not see that.
    stage.node.addDependency(...routes)
    alarms.onLine(
      'FailedCallbacks',
      "Calls of Meta's failed (5xx): see the callback's log. Or they were refused as too many (429): raise the route's throttle, or find out who sends them. The access log says which.",
      { pattern: FAILED_CALLBACKS, logs: [log] },
    )
  }

  private route(route: string, integration: HttpLambdaIntegration): HttpRoute {
    const [method = '', path = ''] = route.split(' ')
    return new HttpRoute(this, route, {
      httpApi: this.api,
      integration,
      routeKey:
        route === '$default'
          ? HttpRouteKey.DEFAULT
          : HttpRouteKey.with(path, HttpMethod[method as keyof typeof HttpMethod]),
    })
  }
}

/** Without path, query, address and agent: a path holds a code, and whoever has the code may open the page. */
const ACCESS_LOG = AccessLogFormat.custom(
  JSON.stringify({
    route: '$context.routeKey',
    status: '$context.status',
    latencyMs: '$context.responseLatency',
    requestId: '$context.requestId',
  }),
)

/** From the access log, because API Gateway has no metric for the 429s of a route. */
const FAILED_CALLBACKS = FilterPattern.literal(
  `{ (($.status = "429") || ($.status = "5*")) && (${Object.entries(ROUTES)
    .filter(([route, name]) => name === 'meta-callback' && route.startsWith('POST '))
    .map(([route]) => `($.route = "${route}")`)
    .join(' || ')}) }`,
)
