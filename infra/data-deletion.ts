/** Everything that a company deploys, as one construct, for the company's own stack or for ours. */
import { Stack } from 'aws-cdk-lib'
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import type { IManagedPolicy } from 'aws-cdk-lib/aws-iam'
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import { Construct } from 'constructs'
import type { DeletionConfig } from '../shared/config/define.ts'
import { ConfigProblem, formatFindings } from '../shared/config/findings.ts'
import { checkConfig } from '../shared/config/validate.ts'
import { OperatorAccess } from './constructs/operator-access.ts'
import { addOutputs } from './constructs/outputs.ts'
import { connect, makeFunctions, makeParts } from './constructs/parts.ts'
import type { DataDeletionProps } from './constructs/props.ts'

/**
 * Takes Meta's data deletion callbacks, mails and forms, and erases people's records from a company's tables.
 *
 * One per stack: logs, metrics and outputs bear the stack's name.
 *
 * @example
 * ```ts
 * const stack = new Stack(new App(), 'Shop')
 * const deletion = new DataDeletion(stack, 'Deletion', { config: defineConfig({ … }) })
 * new CfnOutput(stack, 'ForMetasDashboard', { value: deletion.callbackUrls['shop'] ?? '' })
 * ```
 */
export class DataDeletion extends Construct {
  /**
   * The address that links to status pages begin with: `https://…` without a path.
   *
   * @example `${deletion.publicUrl}/status`
   */
  readonly publicUrl: string
  /**
   * The Data Deletion Request URL of each app, for the Meta App Dashboard, by the names in `config.apps`.
   *
   * @example deletion.callbackUrls['shop'] // 'https://delete.example.com/meta/shop/data-deletion'
   */
  readonly callbackUrls: Readonly<Record<string, string>>
  /**
   * The Deauthorize Callback URL of each app, for the Meta App Dashboard, by the names in `config.apps`.
   *
   * @example deletion.deauthorizeUrls['shop'] // 'https://delete.example.com/meta/shop/deauthorize'
   */
  readonly deauthorizeUrls: Readonly<Record<string, string>>
  /**
   * The topic of all alarms: the one that was passed in, or the construct's own.
   *
   * @example deletion.alarmTopic.addSubscription(new EmailSubscription('ops@example.com'))
   */
  readonly alarmTopic: ITopic
  /**
   * The secrets of the Meta apps, empty until the operator puts them in: `{"<app>":["<newest>","<older>"]}`.
   *
   * @example new CfnOutput(stack, 'AppSecrets', { value: deletion.appSecrets.secretArn })
   */
  readonly appSecrets: Secret
  /**
   * The table of requests. Removing the stack leaves it in the account.
   *
   * @example deletion.ledger.metricThrottledRequestsForOperations()
   */
  readonly ledger: TableV2
  /**
   * The permission to look at requests, and to change nothing.
   *
   * @example supportRole.addManagedPolicy(deletion.viewPolicy)
   */
  readonly viewPolicy: IManagedPolicy
  /**
   * The permission to decide on requests.
   *
   * @example privacyRole.addManagedPolicy(deletion.operatePolicy)
   */
  readonly operatePolicy: IManagedPolicy

  /** @throws with all mistakes of the configuration at once, or when the stack has a DataDeletion already. */
  constructor(scope: Construct, id: string, props: DataDeletionProps) {
    super(scope, id)
    refuseTwins(this)
    const config = props.isChecked ? props.config : checkedConfig(props.config)
    const parts = makeParts(this, { ...props, config })
    const functions = makeFunctions(this, parts, { ...props, config })
    connect(this, parts, { functions, config })
    const view = new OperatorAccess(this, 'ViewAccess', {
      fn: functions.view,
      description: 'Data deletion: look at requests and plans; changes nothing',
    })
    const operate = new OperatorAccess(this, 'OperateAccess', {
      fn: functions.operate,
      description: 'Data deletion: decide on requests',
    })
    const { publicUrl } = parts
    const urlsOf = (route: string) =>
      Object.fromEntries(Object.keys(config.apps).map((app) => [app, `${publicUrl}/meta/${app}/${route}`]))
    this.publicUrl = publicUrl
    this.callbackUrls = urlsOf('data-deletion')
    this.deauthorizeUrls = urlsOf('deauthorize')
    this.alarmTopic = parts.alarms.topic
    this.appSecrets = parts.secrets.apps
    this.ledger = parts.ledger.table
    this.viewPolicy = view.policy
    this.operatePolicy = operate.policy
    const { callbackUrls, deauthorizeUrls } = this
    addOutputs(this, { apps: config.apps, callbackUrls, deauthorizeUrls, parts, view, operate })
  }
}

/** @throws {@link ConfigProblem} that names every mistake. */
export function checkedConfig(input: unknown, name = 'The configuration'): DeletionConfig {
  const { config, findings } = checkConfig(input)
  if (config) return config
  throw new ConfigProblem(`${name} has mistakes.\n\n${formatFindings(findings)}`)
}

function refuseTwins(one: DataDeletion): void {
  const stack = Stack.of(one)
  const twin = stack.node
    .findAll()
    .find((other) => other !== one && other instanceof DataDeletion && Stack.of(other) === stack)
  if (!twin) return
  throw new ConfigProblem(
    `${one.node.path} is the second DataDeletion of its stack, after ${twin.node.path}: make a stack for each`,
  )
}
