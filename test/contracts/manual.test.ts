import { onEngine } from '../fixtures/world/on-engine.ts'
import { manualContract } from './manual.contract.ts'

manualContract('beside tables in DynamoDB', onEngine)
