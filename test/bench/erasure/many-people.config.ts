/** A company with many people who left a little each. Its Meta ids are part of its keys. */
import { defineConfig } from '../../../shared/config/define.ts'

export default defineConfig({
  organization: {
    name: 'Bench',
    contactEmail: 'privacy@example.com',
    postalAddress: 'Hà Nội',
    phone: '+84 24 0000 0000',
    privacyPolicyUrl: 'https://www.example.com/privacy',
    timeZone: 'Asia/Ho_Chi_Minh',
  },
  locales: ['vi', 'en'],
  apps: {
    shop: { appId: '100000000000001', product: 'facebook', identity: 'facebookId', scope: 'account' },
  },
  deadlines: ['vietnam'],
  keep: { requests: 'P24M' },
  dataMap: {
    identities: { facebookId: { of: 'person' } },
    tables: {
      events: {
        name: 'Events',
        key: { pk: 'S', sk: 'S' },
        indexes: { byDevice: { key: { device: 'S', sk: 'S' } } },
        backupsKeptFor: 'P35D',
        maxWriteUnitsPerSecond: 'unlimited',
        maxReadUnitsPerSecond: 'unlimited',
      },
    },
    holdings: {
      events: {
        table: 'events',
        find: { pk: 'USER#{facebookId}' },
        action: 'erase',
        category: 'events',
        scope: 'account',
      },
    },
    categories: { events: { vi: 'sự kiện', en: 'events' } },
    reasons: {},
    review: 'never',
  },
})
