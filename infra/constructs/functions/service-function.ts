/** A function on Lambda: its bundle, its config, and a role that by itself can only write the function's log. */
import { chmodSync, cpSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AssetHashType, DockerImage, Duration, RemovalPolicy } from 'aws-cdk-lib'
import { PolicyStatement, type PolicyStatementProps, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'
import type { DeletionConfig } from '../../../shared/config/define.ts'
import { SETTINGS } from '../../../shared/platform/settings.ts'
import type { WholeEntry } from '../../functions/entry.ts'
import { type AlwaysThere, entryOf, type FunctionName, functionConfig } from '../../wiring.ts'

interface ServiceFunctionProps {
  readonly name: FunctionName
  readonly config: DeletionConfig
  /** The folder that `infra/bundles.ts` wrote: one folder in it for each function. */
  readonly bundles: string
}

/** The functions of a deployment. */
export type ServiceFunctions = Readonly<
  Record<AlwaysThere, ServiceFunction> & Partial<Record<FunctionName, ServiceFunction>>
>

export class ServiceFunction extends LambdaFunction {
  readonly name: FunctionName
  readonly entry: WholeEntry

  constructor(scope: Construct, id: string, { name, config, bundles }: ServiceFunctionProps) {
    const entry = entryOf(name)
    const logGroup = new LogGroup(scope, `${id}Log`, {
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
    super(scope, id, {
      description: entry.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: codeWithConfig(name, config, bundles),
      handler: `index.${entry.handler}`,
      timeout: Duration.seconds(entry.timeoutSeconds),
      memorySize: entry.memoryMb,
      logGroup,
      role,
    })
    this.name = name
    this.entry = entry
    this.allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn])
  }

  allow(
    actions: readonly string[],
    resources: readonly string[],
    conditions: PolicyStatementProps['conditions'] = {},
  ): void {
    this.addToRolePolicy(
      new PolicyStatement({ actions: [...actions], resources: [...resources], conditions }),
    )
  }

  /** Gives the function the value of one of its settings. */
  set(setting: keyof typeof SETTINGS, value: string): void {
    this.addEnvironment(SETTINGS[setting].env, value)
  }
}

/** `meta-callback` becomes `MetaCallback`: ids of constructs and outputs are letters and digits. */
export const idOf = (name: string): string =>
  name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')

/** The bundle and, beside it, this function's `config.json`. */
function codeWithConfig(name: FunctionName, config: DeletionConfig, bundles: string): Code {
  const bundle = join(bundles, name)
  return Code.fromAsset(bundle, {
    // A hash of the output: by default only the bundle counts, and two functions of one bundle would share a folder.
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never used, because `local` always succeeds.
      image: DockerImage.fromRegistry('none'),
      local: {
        tryBundle(outputDir) {
          cpSync(bundle, outputDir, { recursive: true })
          const own = functionConfig(name, config)
          writeFileSync(join(outputDir, 'config.json'), JSON.stringify(own))
          letAllRead(outputDir)
          return true
        },
      },
    },
  })
}

/** Overrides the umask of the deploying machine: files are zipped with their modes, and Lambda reads them as another user. */
function letAllRead(folder: string): void {
  chmodSync(folder, 0o755)
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    chmodSync(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644)
  }
}
