/** The keys that the first deploy generates, and the secrets of the Meta apps, which the operator puts in. */
import { RemovalPolicy, SecretValue, Validations } from 'aws-cdk-lib'
import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { Construct } from 'constructs'
import type { ServiceFunction } from './functions/service-function.ts'

/** The secret of each setting. */
const SECRETS = {
  indexSecret: 'Index',
  sealSecret: 'Seal',
  tokenSecret: 'Token',
  receiptSecret: 'Receipt',
  metaSecret: 'Apps',
} as const

/** Kept, except after a first deploy that failed: nothing was made with those. */
const KEPT = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE

export class Secrets extends Construct {
  /** JSON of app → its secrets, newest first. The operator fills it. */
  readonly apps: Secret
  /** JSON of key id → key, in each. */
  readonly generated: Readonly<Record<'Index' | 'Seal' | 'Token' | 'Receipt', Secret>>

  constructor(scope: Construct, id: string) {
    super(scope, id)
    this.generated = {
      Index: this.generate('Index', 'Derives confirmation codes and hashes; never to be rotated or lost'),
      Seal: this.generate('Seal', 'Seals identities while a request is open; rotates'),
      Token: this.generate('Token', 'Signs the links in confirmation mails; rotates'),
      Receipt: this.generate('Receipt', 'Signs receipts; rotates'),
    }
    this.apps = new Secret(this, 'Apps', {
      description: 'Secrets of the Meta apps: {"<app>":["<newest>","<older>"]}',
      // The value until the operator puts the first secret in. An edit here would bring it back.
      secretStringValue: SecretValue.unsafePlainText('{}'),
      removalPolicy: KEPT,
    })
    Validations.of(this).acknowledge({
      id: 'AwsSolutions::AwsSolutions-SMG4',
      reason:
        'Codes and hashes must not change, a sealed identity must stay readable, and only Meta can issue an app secret: each is rotated by hand, beside the older value',
    })
  }

  /** Lets a function read a secret, and tells it which. */
  grantTo(fn: ServiceFunction, setting: keyof typeof SECRETS): void {
    const name = SECRETS[setting]
    const { secretArn } = name === 'Apps' ? this.apps : this.generated[name]
    fn.set(setting, secretArn)
    fn.allow(['secretsmanager:GetSecretValue'], [secretArn])
  }

  private generate(id: string, description: string): Secret {
    return new Secret(this, id, {
      description,
      // Never to be edited after the first deploy: any change here makes Secrets Manager generate another value,
      // and every code, hash and seal made with the old one would be lost.
      generateSecretString: {
        secretStringTemplate: '{}',
        generateStringKey: 'k1',
        passwordLength: 64,
        excludePunctuation: true,
      },
      removalPolicy: KEPT,
    })
  }
}
