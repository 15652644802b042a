/** A function of the wiring on Lambda: its bundle, its config, a role that can write its own log and nothing else. */
import { chmodSync, cpSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AssetHashType, DockerImage, Duration, RemovalPolicy } from 'aws-cdk-lib'
import { Grant, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'
import type { DeletionConfig } from '../../../shared/config/define.ts'
import { functionConfig } from '../../../shared/config/function-config.ts'
import { SETTINGS } from '../../../shared/platform/settings.ts'
import { FUNCTIONS, type FunctionName, wiredFor } from '../../wiring.ts'

export interface ServiceFunctionProps {
  readonly name: FunctionName
  readonly config: DeletionConfig
  /** Holds a folder per function, as `infra/bundles.ts` writes them. */
  readonly bundles: string
}

export class ServiceFunction extends LambdaFunction {
  readonly name: FunctionName

  constructor(scope: Construct, id: string, { name, config, bundles }: ServiceFunctionProps) {
    const wiring = FUNCTIONS[name]
    const logGroup = new LogGroup(scope, `${id}Log`, {
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
    super(scope, id, {
      description: DESCRIPTIONS[name],
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: codeWithConfig(name, config, bundles),
      handler: `index.${wiring.handler}`,
      timeout: Duration.seconds(wiring.timeoutSeconds),
      memorySize: wiring.memoryMb,
      logGroup,
      role,
    })
    this.name = name
    Grant.addToPrincipal({
      grantee: role,
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resourceArns: [logGroup.logGroupArn],
    })
  }

  /** Hands the function the value of one of its settings. */
  set(setting: keyof typeof SETTINGS, value: string): void {
    this.addEnvironment(SETTINGS[setting].env, value)
  }
}

const DESCRIPTIONS: Readonly<Record<FunctionName, string>> = {
  'meta-callback': "Takes Meta's data deletion and deauthorize callbacks",
  status: 'Shows people where their deletion request stands',
  receipt: 'Gives out signed receipts of finished requests',
  complaint: 'Takes complaints about requests, from whoever has the code',
  erase:
    "Erases what the data map names, and looks again; the only one that may delete in the company's tables",
  sweep: 'Moves on every open request that is due',
  retention: 'Looks for people whose data is due by a rule, and opens requests for them',
  view: "The operator's tool: looks, and cannot write",
  operate: "The operator's tool: decides on requests",
  restores: 'Notes that a table was restored, so that somebody replays who was erased',
  'email-received': 'Takes mail with deletion requests, as it comes',
  'inbox-sweep': 'Looks after mail that was not dealt with',
  'request-form': 'Takes deletion requests by the form',
  confirm: 'Confirms requests, and takes them back, by links from mails',
  notify: 'Sends the mails that requests owe',
  'mail-events': 'Takes what SES reports of mails',
}

/** The bundle and, beside it, this function's `config.json`. */
function codeWithConfig(name: FunctionName, config: DeletionConfig, bundles: string): Code {
  const bundle = join(bundles, name)
  return Code.fromAsset(bundle, {
    // Of what was laid together: by default only the bundle counts, and two functions of one bundle would share a folder.
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never used: `local` always answers.
      image: DockerImage.fromRegistry('none'),
      local: {
        tryBundle(outputDir) {
          cpSync(bundle, outputDir, { recursive: true })
          const own = functionConfig(name, config, wiredFor(config))
          writeFileSync(join(outputDir, 'config.json'), JSON.stringify(own))
          letAllRead(outputDir)
          return true
        },
      },
    },
  })
}

/** Whatever the umask of whoever deploys: files are zipped with their modes, and Lambda reads them as another user. */
function letAllRead(folder: string): void {
  chmodSync(folder, 0o755)
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    chmodSync(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644)
  }
}
