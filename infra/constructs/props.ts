/** What an adopter gives the construct. */
import type { ITable } from 'aws-cdk-lib/aws-dynamodb'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import type { DeletionConfig } from '../../shared/config/define.ts'

/**
 * Only `config` is required.
 *
 * @example
 * ```ts
 * const props: DataDeletionProps = {
 *   config,
 *   tables: { orders: Table.fromTableName(stack, 'Orders', 'Orders') },
 *   domain: { name: 'delete.example.com', certificateArn },
 *   alarmEmail: 'ops@example.com',
 * }
 * ```
 */
export interface DataDeletionProps {
  /**
   * The company, its Meta apps and its data map, as `defineConfig` takes them.
   *
   * It is checked: synthesis ends with all its mistakes at once.
   */
  readonly config: DeletionConfig

  /**
   * The tables of the data map that are constructs, by their keys in `dataMap.tables`.
   *
   * Names, ARNs and customer-managed keys are taken from them, and each function is permitted only what the holdings
   * need. A construct's key and indexes, as far as it knows them, must be those of the data map. The `name` in the data
   * map must be the table's, if that is known at synth.
   *
   * @example `{ customers, orders }`, for `dataMap: { tables: { customers: { … }, orders: { … } } }`
   * @default - every table is one of this account and region, by its `name` in the data map
   */
  readonly tables?: PassedTables | undefined

  /**
   * The domain of Meta's callbacks and the status pages.
   *
   * @default - the API's own address
   */
  readonly domain?: CustomDomain | undefined

  /**
   * An address that gets every alarm by email, once its owner has confirmed the subscription.
   *
   * @example 'ops@example.com'
   * @default - this construct subscribes no address to the topic
   */
  readonly alarmEmail?: string | undefined

  /**
   * A topic that gets a message when an alarm starts, and when it ends.
   *
   * CloudWatch must be permitted to publish to it. With the AWS-managed key of SNS it is not, and alarms reach nobody.
   *
   * @example Topic.fromTopicArn(stack, 'Alarms', 'arn:aws:sns:eu-west-1:111122223333:alarms')
   * @default - a topic that this construct makes
   */
  readonly alarmTopic?: ITopic | undefined

  /**
   * The folder that `infra/bundles.ts` wrote: one folder in it for each function.
   *
   * @default - the folder of the package
   * @internal
   */
  readonly bundles?: string

  /**
   * Whether the configuration has been checked already.
   *
   * @default false
   * @internal
   */
  readonly isChecked?: boolean
}

/**
 * A domain of the company's own.
 *
 * @example
 * ```ts
 * const domain: CustomDomain = {
 *   name: 'delete.example.com',
 *   certificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/…',
 * }
 * ```
 */
export interface CustomDomain {
  /** A domain name in lower case. Its DNS record has to point to the output `DnsTarget`. */
  readonly name: string
  /** The ARN of a certificate for the domain, in the stack's own region. */
  readonly certificateArn: string
}

/** Tables by their keys in `dataMap.tables`. */
export type PassedTables = Readonly<Record<string, PassedTable>>

/** The part of an `ITable` that is used, so that any table of the CDK fits, however strict the compiler. */
export interface PassedTable extends Pick<ITable, 'env' | 'node' | 'tableArn' | 'tableName'> {
  readonly encryptionKey?: { readonly keyArn: string } | undefined
}
