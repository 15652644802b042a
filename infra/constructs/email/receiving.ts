/** Incoming mail. A bucket is its only queue: a mail stays there until a function has dealt with it. */
import { Annotations, Aws, Duration, Names, RemovalPolicy, Stack, Token, Validations } from 'aws-cdk-lib'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { CfnPermission } from 'aws-cdk-lib/aws-lambda'
import { BlockPublicAccess, Bucket, BucketEncryption, type CfnBucket } from 'aws-cdk-lib/aws-s3'
import { CfnReceiptRule, ReceiptRuleSet } from 'aws-cdk-lib/aws-ses'
import { Construct } from 'constructs'
import type { EmailReceiving as ReceivingConfig } from '../../../shared/config/define.ts'
import type { ServiceFunction } from '../functions/service-function.ts'
import { type DnsRecord, receivingRecord } from './dns.ts'

interface EmailReceivingProps {
  readonly address: string
  readonly config: ReceivingConfig
}

const INBOX = 'inbox/'
const REPLIES = 'replies/'
/** The limit for the name of a receipt rule. */
const MOST_OF_A_NAME = 63

export class EmailReceiving extends Construct {
  readonly records: readonly DnsRecord[]
  /** The name of our own rule set, which a deploy cannot activate; absent if an existing one is used. */
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
      // A mail is personal data: once deleted, no version of it may remain.
      versioned: false,
      lifecycleRules: [
        // By then the alarm has lasted for days: a mistake must not keep a mail for ever.
        { prefix: INBOX, expiration: Duration.days(3) },
        { prefix: REPLIES, expiration: Duration.days(30) },
        { abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
      // Waiting mail is a request that was made. A bucket left behind empties itself by the rules above.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    })
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions::AwsSolutions-S1',
      reason:
        'A log of access would name mails for longer than they are kept; only SES and two functions of this stack may use the bucket',
    })
    this.records = [receivingRecord(props.address, Stack.of(this).region)]
    if (props.config.receiptRuleSet !== undefined) return
    this.ownRuleSet = new ReceiptRuleSet(this, 'RuleSet').receiptRuleSetName
  }

  /** Puts every mail into the bucket, and then tells the function. */
  deliverTo(fn: ServiceFunction): void {
    const { address, config } = this.props
    // No dead-letter queue: a failed event holds the headers of a mail, and the mail itself is still in the bucket.
    fn.configureAsyncInvoke({ retryAttempts: 2, maxEventAge: Duration.hours(6) })
    const ruleSetName = config.receiptRuleSet ?? this.ownRuleSet ?? ''
    // Named here, or the permissions below and the rule would depend on each other.
    const name = Names.uniqueResourceName(this, { maxLength: MOST_OF_A_NAME })
    const { partition, region } = Stack.of(this)
    const ruleArn = `arn:${partition}:ses:${region}:${Aws.ACCOUNT_ID}:receipt-rule-set/${ruleSetName}:receipt-rule/${name}`
    const conditions = { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID, 'aws:SourceArn': ruleArn } }
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
    // SES tries the bucket and the function when the rule is made.
    rule.node.addDependency(permission, ...(this.bucket.policy ? [this.bucket.policy] : []))
  }

  /** Lets a function read and delete mail, and keep replies. */
  grantInbox(fn: ServiceFunction): void {
    fn.set('inboxBucket', this.bucket.bucketName)
    fn.allow(['s3:GetObject', 's3:DeleteObject'], [this.bucket.arnForObjects(`${INBOX}*`)])
    fn.allow(['s3:PutObject'], [this.bucket.arnForObjects(`${REPLIES}*`)])
    // Without it, a missing object looks forbidden.
    fn.allow(['s3:ListBucket'], [this.bucket.bucketArn])
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
 * The table "Email Receiving endpoints". SES sends from more regions than these.
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

/** Does not judge a region that is known only at deploy: there, SES itself refuses the rule. */
function demandReceivingRegion(scope: Construct): void {
  const { region } = Stack.of(scope)
  if (Token.isUnresolved(region) || REGIONS.includes(region)) return
  Annotations.of(scope).addError(
    `SES takes no mail in ${region}: deploy to one of ${REGIONS.join(', ')}, or leave email.receiving out, and people ask by the form`,
  )
}
