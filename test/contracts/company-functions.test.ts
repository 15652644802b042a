import { premisesOnEngine } from '../fixtures/world/premises-on-engine.ts'
import { companyFunctionsContract } from './company-functions.contract.ts'

companyFunctionsContract('and tables in DynamoDB', premisesOnEngine)
