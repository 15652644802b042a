import { onEngine } from '../fixtures/world/on-engine.ts'
import { companyFunctionsContract } from './company-functions.contract.ts'

companyFunctionsContract('and tables in DynamoDB', onEngine)
