import { outsideContract } from '../contracts/outside.contract.ts'
import { premisesInMemory } from '../fixtures/premises.ts'

outsideContract('and tables in memory', async () => premisesInMemory())
