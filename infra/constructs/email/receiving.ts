/** Mail that comes in: kept in a bucket until it is dealt with, which is the only queue it has. */
import { Annotations, Aws, Duration, Names, RemovalPolicy, Stack, Token, Validations } from 'aws-cdk-lib'
import { ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { Grant, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { CfnPermission } from 'aws-cdk-lib/aws-lambda'
import { BlockPublicAccess, Bucket, BucketEncryption, type CfnBucket } from 'aws-cdk-lib/aws-s3'
import { CfnReceiptRule, ReceiptRuleSet } from 'aws-cdk-lib/aws-ses'
import { Construct } from 'constructs'
import type { EmailReceiving as ReceivingConfig } from '../../../shared/config/define.ts'
import type { Alarms } from '../alarms/alarms.ts'
import type { ServiceFunction } from '../functions/service-function.ts'
import { type DnsRecord, receivingRecord } from './dns.ts'

export interface EmailReceivingProps {
  readonly address: string
  readonly config: ReceivingConfig
  readonly alarms: Alarms
}

const INBOX = 'inbox/'
const REPLIES = 'replies/'
/** Of a receipt rule. */
const MOST_OF_A_NAME = 63

export class EmailReceiving extends Construct {
  readonly records: readonly DnsRecord[]
  /** Of our own, which nobody has made the active one yet; absent where an existing one is used. */
  readonly ownRuleSet: string | undefined
  private readonly bucket: Bucket
  private readonly props: EmailReceivingProps

  constructor(scope: Construct, id: string, props: EmailReceivingProps) {
    super(scope, id)
    this.props = props
    demandReceivingRegion(this)
    this.bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      // Deleted is deleted: a mail is a person.
      versioned: false,
      lifecycleRules: [
        // The object is the queue, and has been alarming for days by then: no mail stays for ever because of a mistake.
        { prefix: INBOX, expiration: Duration.days(3) },
        { prefix: REPLIES, expiration: Duration.days(30) },
        { abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
      // Mail that waits is a request that was made. What is left behind empties itself.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    })
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions::AwsSolutions-S1',
      reason:
        'A log of access would name mails for longer than they are kept; only SES and two functions of this stack may use the bucket',
    })
    this.records = [receivingRecord(props.address, Stack.of(this).region)]
    if (props.config.receiptRuleSet === undefined) {
      this.ownRuleSet = new ReceiptRuleSet(this, 'RuleSet').receiptRuleSetName
    }
  }

  /** Puts every mail into the bucket, and then tells the function. */
  deliverTo(fn: ServiceFunction): void {
    const { address, config } = this.props
    // Its queue is the bucket. A failed event would hold the headers of a mail: nothing keeps it.
    fn.configureAsyncInvoke({ retryAttempts: 2, maxEventAge: Duration.hours(6) })
    const ruleSetName = config.receiptRuleSet ?? this.ownRuleSet ?? ''
    // Named by us, or the permissions below and the rule would wait for each other.
    const name = Names.uniqueResourceName(this, { maxLength: MOST_OF_A_NAME })
    const { partition, region } = Stack.of(this)
    const ruleArn = `arn:${partition}:ses:${region}:${Aws.ACCOUNT_ID}:receipt-rule-set/${ruleSetName}:receipt-rule/${name}`
    const conditions = {
      StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID, 'aws:SourceArn': ruleArn },
    }
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('ses.amazonaws.com')],
        actions: ['s3:PutObject'],
        resources: [this.bucket.arnForObjects(`${INBOX}*`)],
        conditions,
      }),
    )
    const permission = new CfnPermission(this, 'Told', {
      principal: 'ses.amazonaws.com',
      action: 'lambda:InvokeFunction',
      functionName: fn.functionArn,
      sourceAccount: Aws.ACCOUNT_ID,
      sourceArn: ruleArn,
    })
    const rule = new CfnReceiptRule(this, 'Rule', {
      ruleSetName,
      rule: {
        name,
        enabled: true,
        recipients: [address],
        tlsPolicy: 'Require',
        scanEnabled: true,
        actions: [
          { s3Action: { bucketName: this.bucket.bucketName, objectKeyPrefix: INBOX } },
          { lambdaAction: { functionArn: fn.functionArn, invocationType: 'Event' } },
        ],
      },
    })
    // SES tries both when the rule is made.
    rule.node.addDependency(permission, ...(this.bucket.policy ? [this.bucket.policy] : []))
  }

  /** Tells when mail has waited for an hour, or nobody looks. */
  watch(namespace: string): void {
    const metric = new Metric({
      namespace,
      metricName: 'oldestMailSeconds',
      dimensionsMap: { service: 'inbox-sweep' },
      statistic: 'Maximum',
      period: Duration.minutes(5),
    })
    this.props.alarms.onThreshold('OldestMail', {
      description:
        'Mail that asks for deletion has waited for more than an hour, or nobody looks any more: see the logs of email-received and inbox-sweep. After three days it is lost.',
      metric,
      threshold: 3600,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 3,
      treatMissingData: TreatMissingData.BREACHING,
    })
  }

  /** Lets a function read mail, forget it, and keep replies. */
  grantInbox(fn: ServiceFunction): void {
    fn.set('inboxBucket', this.bucket.bucketName)
    const grant = (actions: readonly string[], resourceArn: string) =>
      Grant.addToPrincipal({ grantee: fn, actions: [...actions], resourceArns: [resourceArn] })
    grant(['s3:GetObject', 's3:DeleteObject'], this.bucket.arnForObjects(`${INBOX}*`))
    grant(['s3:PutObject'], this.bucket.arnForObjects(`${REPLIES}*`))
    // Without it, what is not there looks forbidden.
    grant(['s3:ListBucket'], this.bucket.bucketArn)
    const { logicalId } = this.bucket.node.defaultChild as CfnBucket
    const bucket = Stack.of(this).resolve(logicalId) as string
    for (const folder of [INBOX, REPLIES]) {
      Validations.of(fn.role ?? fn).acknowledge({
        id: `AwsSolutions::AwsSolutions-IAM5[Resource::<${bucket}.Arn>/${folder}*]`,
        reason: 'The objects of one folder: each mail is one, under a name that SES gives it',
      })
    }
  }
}

/**
 * The table "Email Receiving endpoints", shorter than that of the regions from which SES sends.
 * https://docs.aws.amazon.com/general/latest/gr/ses.html#ses_inbound_endpoints
 */
const REGIONS = [
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
  'ca-central-1',
  'sa-east-1',
  'eu-central-1',
  'eu-north-1',
  'eu-south-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'il-central-1',
  'me-south-1',
  'af-south-1',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-southeast-3',
]

/** A region that is known only at the deploy is not looked at: there, SES itself refuses the rule. */
function demandReceivingRegion(scope: Construct): void {
  const { region } = Stack.of(scope)
  if (Token.isUnresolved(region) || REGIONS.includes(region)) return
  Annotations.of(scope).addError(
    `SES takes no mail in ${region}: deploy to one of ${REGIONS.join(', ')}, or leave email.receiving out, and people ask by the form`,
  )
}
