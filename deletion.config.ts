/**
 * The one file to edit: your company, your Meta apps, and where people's data lives.
 *
 * The company here is invented: "Ví Dụ" ("example") sells online-store software in Hanoi.
 * `npm start` runs it, with about forty invented people. To make it yours, replace the values from top to
 * bottom and run `npm run ops -- check`: it names every mistake at once. docs/data-map.md explains each field.
 */
import { defineConfig } from './shared/config/define.ts'

export default defineConfig({
  // Shown on the pages: who is answering, and where to complain.
  organization: {
    name: 'Công ty Phần mềm Ví Dụ',
    contactEmail: 'privacy@example.com',
    postalAddress: 'Số 0 Phố Ví Dụ, Hà Nội',
    phone: '+84 24 0000 0000',
    privacyPolicyUrl: 'https://www.example.com/privacy',
    timeZone: 'Asia/Ho_Chi_Minh',
  },

  // Leave it out: links then begin with the domain of the deployment (-c domainName=…), else with the API's own address.
  // Set it where a proxy stands in front of the API, to the proxy's own address.
  // publicUrl: 'https://delete.example.com',

  locales: ['vi', 'en'],

  // The name is part of the callback's address: https://…/meta/shop/data-deletion
  apps: {
    // Facebook Login is how people sign in, so removing the app ends the account.
    shop: {
      appId: '100000000000001',
      product: 'facebook',
      identity: 'facebookId',
      scope: 'account',
      // People who remove the app without a request are erased half a year later, unless they have signed in since.
      deauthorize: {
        after: 'P6M',
        cameBack: { holding: 'profile', from: 'lastSeenAt', format: 'iso' },
      },
    },
    // Instagram only adds pictures to a shop: what came from Meta goes, the account stays.
    insta: { appId: '100000000000002', product: 'instagram', identity: 'instagramId', scope: 'platform' },
  },

  // Requests by email and by the form on the first page: an address proves itself by a link that is sent to it.
  // Leave it out, and requests come from Meta or the operator only.
  email: {
    // A subdomain, so that the company's own mail stays where it is: docs/email.md says how mail is forwarded.
    address: 'xoa-du-lieu@mail.example.com',
    identity: 'email',
    receiving: {},
    // coolingOff: 'PT24H', confirmWithin: 'P7D', answersPerDay: 1000 are the defaults.
  },

  // Whose law sets the day by which a request must be done. With several, the earliest wins.
  deadlines: ['vietnam'],

  // How long the record that a request was fulfilled is kept. It names nobody.
  keep: { requests: 'P24M' },

  dataMap: {
    // The values that find people. A Meta id finds a link; the link holds the userId; the userId finds the rest.
    identities: {
      userId: { of: 'person' },
      facebookId: { of: 'alias' },
      instagramId: { of: 'alias' },
      email: { of: 'alias', normalise: 'email' },
      // Shared by everybody in a shop. Alone they find nothing: they only complete a key that names the person.
      storeId: { of: 'group' },
      deviceId: { of: 'group' },
      shopMailbox: { of: 'group', normalise: 'email' },
      orderNo: { of: 'record' },
    },

    // Your tables as they are: name in DynamoDB, keys (partition key first), indexes, how long backups live.
    tables: {
      app: {
        name: 'Shop',
        key: { PK: 'S', SK: 'S' },
        indexes: {
          byFb: { key: { FB: 'S' }, projection: ['userId', 'EM'] },
          byIg: { key: { IG: 'S' } },
          byEmail: { key: { EM: 'S' } },
          byEnd: { key: { contract: 'S', endedAt: 'S' }, projection: ['userId'] },
        },
        backupsKeptFor: 'P35D',
      },
      lines: { name: 'OrderLines', key: { orderNo: 'S', line: 'N' }, backupsKeptFor: 'P35D' },
      chat: {
        name: 'Chat',
        key: { thread: 'S', message: 'N' },
        indexes: { byAuthor: { key: { author: 'S' } } },
        backupsKeptFor: 'P35D',
      },
      bills: {
        name: 'Bills',
        key: { billNo: 'S' },
        indexes: { byUser: { key: { userId: 'S', issuedAt: 'S' } } },
        backupsKeptFor: 'P35D',
      },
      invitations: {
        name: 'Invitations',
        key: { id: 'S' },
        indexes: {
          byEmail: { key: { inviteeEmail: 'S' } },
          byInviter: { key: { invitedBy: 'S' } },
        },
        backupsKeptFor: 'P35D',
      },
      subscriptions: { name: 'Subscriptions', key: { email: 'S', topic: 'S' }, backupsKeptFor: 'P35D' },
    },

    holdings: {
      // Orders, and their lines in another table. A line's key does not say whose it is, hence the owner.
      // `per`: the lines of each order are erased before the order, since only the order leads to them.
      lines: {
        table: 'lines',
        per: 'orders',
        find: { orderNo: '{orderNo}' },
        owner: { userId: '{userId}' },
        action: 'erase',
        category: 'orders',
        scope: 'account',
      },
      orders: {
        table: 'app',
        find: { PK: 'USER#{userId}', SK: { beginsWith: 'ORDER#' } },
        learns: { orderNo: 'no' },
        action: 'erase',
        category: 'orders',
        scope: 'account',
      },

      // What the account itself holds. A prefix ends in its delimiter: ORDER# must not catch ORDERING#.
      profile: {
        table: 'app',
        find: { PK: 'USER#{userId}', SK: 'PROFILE' },
        learns: { email: 'email' },
        action: 'erase',
        category: 'profile',
        scope: 'account',
      },
      sessions: {
        table: 'app',
        find: { PK: 'USER#{userId}', SK: { beginsWith: 'SESSION#' } },
        learns: { deviceId: 'deviceId' },
        action: 'erase',
        category: 'visits',
        scope: 'account',
      },
      views: {
        table: 'app',
        find: { PK: 'USER#{userId}', SK: { beginsWith: 'VIEW#' } },
        action: 'erase',
        category: 'visits',
        scope: 'account',
      },
      forms: {
        table: 'app',
        find: { PK: 'USER#{userId}', SK: { beginsWith: 'FORM#' } },
        action: 'erase',
        category: 'forms',
        scope: 'account',
      },
      contacts: {
        table: 'app',
        find: { PK: 'USER#{userId}', SK: { beginsWith: 'CONTACT#' } },
        action: 'erase',
        category: 'forms',
        scope: 'account',
      },
      threads: {
        table: 'app',
        find: { PK: 'USER#{userId}', SK: { beginsWith: 'THREAD#' } },
        action: 'erase',
        category: 'messages',
        scope: 'account',
      },
      subscriptions: {
        table: 'subscriptions',
        find: { email: '{email}' },
        action: 'erase',
        category: 'subscriptions',
        scope: 'account',
      },

      // A person's place in a shop. The shop, its device and its mailbox belong to all who work there, and stay.
      memberships: {
        table: 'app',
        find: { PK: 'USER#{userId}', SK: { beginsWith: 'STORE#' } },
        learns: { storeId: 'storeId', deviceId: 'deviceId', shopMailbox: 'mailbox' },
        action: 'erase',
        category: 'shops',
        scope: 'account',
      },
      staff: {
        table: 'app',
        find: { PK: 'STORE#{storeId}', SK: 'STAFF#{userId}' },
        action: 'erase',
        category: 'shops',
        scope: 'account',
      },
      deviceUsers: {
        table: 'app',
        find: { PK: 'DEVICE#{deviceId}', SK: 'USER#{userId}' },
        action: 'erase',
        category: 'shops',
        scope: 'account',
      },
      mailboxAgents: {
        table: 'app',
        find: { PK: 'MAILBOX#{shopMailbox}', SK: 'AGENT#{userId}' },
        action: 'erase',
        category: 'shops',
        scope: 'account',
      },

      // A conversation belongs to both: the person's words and name go, the other's stay.
      chat: {
        table: 'chat',
        find: { index: 'byAuthor', author: '{userId}' },
        owner: { author: '{userId}' },
        action: {
          redact: { author: 'remove', authorName: 'remove', body: { constant: '[đã xoá · deleted]' } },
        },
        category: 'messages',
        scope: 'account',
      },

      // An invitation concerns two people; each is taken out of it without touching the other.
      invited: {
        table: 'invitations',
        find: { index: 'byEmail', inviteeEmail: '{email}' },
        owner: { inviteeEmail: '{email}' },
        action: { redact: { inviteeEmail: 'remove', inviteeName: 'remove' } },
        category: 'invitations',
        scope: 'account',
      },
      inviting: {
        table: 'invitations',
        find: { index: 'byInviter', invitedBy: '{userId}' },
        owner: { invitedBy: '{userId}' },
        action: { redact: { invitedBy: 'remove', inviterName: 'remove' } },
        category: 'invitations',
        scope: 'account',
      },

      // Kept because a law says so, until a day the person is told; the table's TTL ends it.
      bills: {
        table: 'bills',
        find: { index: 'byUser', userId: '{userId}' },
        owner: { userId: '{userId}' },
        action: {
          retain: {
            because: 'tax',
            until: { from: 'issuedAt', format: 'iso', for: 'P10Y' },
            ends: { by: 'ttl', attribute: 'expiresAt' },
          },
        },
        category: 'invoices',
        scope: 'account',
      },

      // What came from Meta (scope `platform`), for apps whose removal leaves the account. When the whole account
      // goes, `profile` comes first and nothing is left to redact here.
      profileFromMeta: {
        table: 'app',
        find: { PK: 'USER#{userId}', SK: 'PROFILE' },
        after: ['profile'],
        action: { redact: { metaName: 'remove', metaPicture: 'remove' } },
        category: 'meta',
        scope: 'platform',
      },

      // The links go last: as long as one stands, an erasure that broke off can find the rest again.
      facebookLink: {
        table: 'app',
        find: { index: 'byFb', FB: 'FB#{facebookId}' },
        owner: { FB: 'FB#{facebookId}' },
        learns: { userId: 'userId' },
        last: true,
        action: 'erase',
        category: 'meta',
        scope: 'platform',
      },
      instagramLink: {
        table: 'app',
        find: { index: 'byIg', IG: 'IG#{instagramId}' },
        owner: { IG: 'IG#{instagramId}' },
        learns: { userId: 'userId' },
        last: true,
        action: 'erase',
        category: 'meta',
        scope: 'platform',
      },
      // The same links seen from the account: a person who is found by one of them is unlinked from all.
      links: {
        table: 'app',
        find: { PK: 'USER#{userId}', SK: { beginsWith: 'LINK#' } },
        learns: { facebookId: 'facebookId', instagramId: 'instagramId', email: 'email' },
        last: true,
        action: 'erase',
        category: 'meta',
        scope: 'platform',
      },
      emailLink: {
        table: 'app',
        find: { index: 'byEmail', EM: 'EMAIL#{email}' },
        owner: { EM: 'EMAIL#{email}' },
        learns: { userId: 'userId' },
        last: true,
        action: 'erase',
        category: 'profile',
        scope: 'account',
      },
      logins: {
        table: 'app',
        find: { PK: 'USER#{userId}', SK: { beginsWith: 'LOGIN#' } },
        learns: { email: 'email' },
        last: true,
        action: 'erase',
        category: 'profile',
        scope: 'account',
      },
    },

    // What the status page calls each kind of data.
    categories: {
      profile: { vi: 'Hồ sơ tài khoản và thông tin liên hệ', en: 'Account profile and contact details' },
      orders: { vi: 'Đơn hàng và giao dịch', en: 'Orders and transactions' },
      visits: { vi: 'Lượt truy cập, địa chỉ IP và trình duyệt', en: 'Visits, IP addresses and browsers' },
      forms: {
        vi: 'Biểu mẫu, thoả thuận, góp ý và khiếu nại',
        en: 'Forms, agreements, feedback and complaints',
      },
      messages: { vi: 'Tin nhắn', en: 'Messages' },
      subscriptions: { vi: 'Đăng ký nhận tin', en: 'Newsletter subscriptions' },
      shops: { vi: 'Vai trò trong cửa hàng', en: 'Roles in a shop' },
      invitations: { vi: 'Lời mời', en: 'Invitations' },
      invoices: { vi: 'Hoá đơn', en: 'Invoices' },
      meta: { vi: 'Liên kết Facebook và Instagram', en: 'Facebook and Instagram connection' },
    },

    // Why data is kept, in words for the person. Name the law; ask counsel which one applies to you.
    reasons: {
      tax: {
        vi: 'Pháp luật về thuế và kế toán buộc chúng tôi lưu giữ hoá đơn.',
        en: 'Tax and accounting law obliges us to keep invoices.',
      },
    },

    // Tables without personal data, and why: every table is either mapped or waived.
    waived: {
      Counters: 'running numbers only',
      Catalogue: 'the software plans on sale',
    },

    // The privacy policy promises, without a request: all is erased six months after the contract ends. A rule
    // only counts who is due, until `npm run ops -- retention enable` lets it erase.
    retention: {
      contractEnded: {
        holding: 'profile',
        from: 'endedAt',
        format: 'iso',
        after: 'P6M',
        index: 'byEnd',
        partitions: ['ended'],
        names: { userId: 'userId' },
      },
    },

    // A larger find than this waits for the operator's approval before anything is touched.
    review: { above: 5000 },
  },
})
