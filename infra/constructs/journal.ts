/** The journal: the hashed subject of every erasure, kept outside the ledger, so that restoring the ledger loses none. */
import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib'
import { AnyPrincipal, Effect, PolicyStatement, type PolicyStatementProps } from 'aws-cdk-lib/aws-iam'
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  ObjectLockRetention,
} from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import type { DeletionConfig } from '../../shared/config/define.ts'
import { journalDays } from '../../shared/config/journal.ts'
import type { ServiceFunction } from './functions/service-function.ts'

const ENTRIES = 'erasures/*'

export class Journal extends Construct {
  private readonly bucket: Bucket

  constructor(scope: Construct, id: string, { config }: { readonly config: DeletionConfig }) {
    super(scope, id)
    const days = journalDays(config)
    this.bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      versioned: true,
      objectLockEnabled: true,
      objectLockDefaultRetention: ObjectLockRetention.governance(Duration.days(days)),
      lifecycleRules: [
        // Data that no backup holds any more cannot come back, and a hash is still personal data.
        { expiration: Duration.days(days + 1), noncurrentVersionExpiration: Duration.days(1) },
        { expiredObjectDeleteMarker: true },
        { abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
      removalPolicy: RemovalPolicy.RETAIN,
    })
    // Even an administrator has to remove this policy first: two deliberate steps.
    this.deny([
      's3:DeleteObject',
      's3:DeleteObjectVersion',
      's3:BypassGovernanceRetention',
      's3:PutObjectRetention',
    ])
    this.deny(['s3:PutObject'], { Null: { 's3:if-none-match': 'true' } })
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions::AwsSolutions-S1',
      reason:
        'Its entries are themselves the log, and CloudTrail can name who reads them; only two functions of this stack may use the bucket',
    })
  }

  /** Lets a function write an entry, or list and read entries, as its own entry states. */
  grantTo(fn: ServiceFunction): void {
    fn.set('journalBucket', this.bucket.bucketName)
    const entries = this.bucket.arnForObjects(ENTRIES)
    if (fn.entry.journal === 'write') fn.allow(['s3:PutObject'], [entries])
    if (fn.entry.journal === 'read') {
      fn.allow(['s3:GetObject'], [entries])
      fn.allow(['s3:ListBucket'], [this.bucket.bucketArn])
    }
    // A Bucket's default child is always a CfnBucket.
    const { logicalId } = this.bucket.node.defaultChild as CfnBucket
    Validations.of(fn.role ?? fn).acknowledge({
      id: `AwsSolutions::AwsSolutions-IAM5[Resource::<${Stack.of(this).resolve(logicalId) as string}.Arn>/${ENTRIES}]`,
      reason: 'The entries of the journal: each is one object, named by its day and request',
    })
  }

  private deny(actions: string[], conditions: PolicyStatementProps['conditions'] = {}): void {
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions,
        resources: [this.bucket.arnForObjects('*')],
        conditions,
      }),
    )
  }
}
