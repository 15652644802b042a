/** The CDK app, as cdk.json runs it: checks the configuration, builds the functions, makes the stack. */
import { join } from 'node:path'
import { App, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import type { DeletionConfig } from '../shared/config/define.ts'
import { formatFindings } from '../shared/config/findings.ts'
import { loadConfig } from '../shared/config/load.ts'
import { checkConfig } from '../shared/config/validate.ts'
import { buildBundles } from './bundles.ts'
import { readDeployment } from './deployment.ts'
import { DataDeletionStack } from './stack.ts'

try {
  const app = new App()
  const deployment = readDeployment((name) => app.node.tryGetContext(name))
  const config = await readConfig(deployment.configPath)
  const bundles = join(app.outdir, 'bundles')
  await buildBundles({ outDir: bundles })
  const { stackName, region, domain, alarmEmail } = deployment
  new DataDeletionStack(app, stackName, {
    description: "Takes Meta's data deletion callbacks and erases people's records from the company's tables",
    config,
    bundles,
    domain,
    alarmEmail,
    ...(region !== undefined && { env: { region } }),
  })
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  app.synth()
} catch (error) {
  if (!(error instanceof TypeError)) throw error
  console.error(error.message)
  process.exitCode = 1
}

async function readConfig(path: string): Promise<DeletionConfig> {
  const { config, findings } = checkConfig(await loadConfig(path))
  if (!config) throw new TypeError(`${path} has mistakes.\n\n${formatFindings(findings)}`)
  return config
}
