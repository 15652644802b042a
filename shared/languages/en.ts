/** The English texts of pages and mails. */
import type { Language } from './language.ts'
import type { MailTexts } from './mail-texts.ts'
import type { PageTexts } from './page-texts.ts'

const pages: PageTexts = {
  language: 'English',
  languages: 'Language',
  privacyPolicy: 'Privacy policy',
  home: {
    title: 'Have your data deleted',
    intro: ({ name }) =>
      `This page belongs to ${name}. It tells you how to have your data deleted, and how far a request has come.`,
    fromFacebook: 'From Facebook',
    fromFacebookWhen: ({ name }) => `If you have used Facebook with ${name}, ask in your Facebook settings:`,
    steps: [
      () => 'Open Settings & privacy, then Settings, then Apps and Websites.',
      ({ name }) => `Choose the app of ${name} and remove it.`,
      () => 'Open View removed apps, choose the app again, and choose Send Request.',
      () => 'Facebook gives you a confirmation code and a link to the status of your request. Keep them.',
    ],
    byEmail: 'By email',
    byRequestMail:
      'Send a mail from the address that you use with us to the address below. What you write in it does not matter. We answer with a link for you to confirm with.',
    byEmailHow: 'You can also write to us. Say which account or which email address it is about.',
    byForm: 'By a form',
    byFormHow:
      'Give the email address that you use with us. We send a link there for you to confirm with; before you have confirmed, nothing is deleted.',
    check: 'See how far a request has come',
    what: 'What is deleted, and what is kept',
    erased: ({ name }) => `When you ask, ${name} looks for these kinds of data about you and deletes them:`,
    redacted: 'These records stay; only the details about you are taken out of them:',
    retained: ({ name }) => `A law or another duty makes ${name} keep these, even if you ask:`,
    keptFor: (length) => `Kept for ${length} from the date of the record.`,
    platformOnly:
      (products) =>
      ({ name }) =>
        `A request that comes from ${products} deletes what came from there; your account with ${name} stays. The status page then says so, and how to have the account deleted.`,
    howLong: 'How long it takes',
    doneWithin: (length) =>
      `Mostly minutes, and normally ${length} at most; if it takes longer, the status page says so. It names the day, says what was done, and answers for some time afterwards. Copies in backups expire later; the status page says when, if that is known.`,
    lost: 'If you have lost the code',
    lostFromFacebook:
      'If you asked from Facebook: open Settings & privacy, Settings, Apps and Websites, then View removed apps. Your request is there, with its link.',
    lostByEmail:
      'If you asked by email or by the form: ask again the same way. As long as the request waits for you, you get the same link once more.',
    rights: 'See or correct your data, or complain',
    rightsHow: ({ name }) =>
      `To see what ${name} holds about you, or to have it corrected, write to the address below. To complain about a request, open its status page with the code; without the code, write to the address below as well. You may also complain to the authority that protects personal data where you live.`,
  },
  requestForm: {
    label: 'Email address',
    button: 'Send request',
    unusable: 'This is not an email address that we can write to. Please look at it again.',
    title: 'Look into your mailbox',
    received: [
      ({ name }) =>
        `If mail reaches the address you gave, ${name} sends a message there with a confirmation code and a link to confirm the request. Nothing is deleted before it is confirmed.`,
      () =>
        'Mail mostly takes a few minutes. If you do not see it, look among the junk mail, too. An address is answered once an hour at most.',
    ],
  },
  confirm: {
    title: 'Confirm the deletion of your data',
    intro: ({ name }) =>
      `Somebody, you most likely, has asked ${name} to delete the data that belongs to this email address. If it was not you, close this page: nothing will happen.`,
    kept: 'What a law makes us keep is kept; the status page will say what that is, why, and until when. An account that has been deleted cannot be brought back.',
    box: 'I understand, and I want my data to be deleted.',
    button: 'Confirm the deletion',
    missing: 'Nothing has been confirmed yet. Tick the box and press the button once more.',
  },
  withdraw: {
    title: 'Take the deletion request back',
    intro: ({ name }) =>
      `If you take it back, ${name} deletes nothing for this request. You can send a new one at any time.`,
    box: 'I want to take this request back.',
    button: 'Take it back',
    missing: 'Nothing has been taken back yet. Tick the box and press the button once more.',
  },
  codeField: {
    label: 'Confirmation code',
    hint: '24 letters and digits. Capitals, spaces and dashes make no difference.',
    button: 'Show status',
  },
  status: {
    title: 'Status of a deletion request',
    dates: 'Dates',
    received: 'Received',
    due: 'To be done by',
    completed: 'Completed',
    ended: 'Ended',
    confirmBy: 'To be confirmed by',
    beginsOn: 'Begins',
    answersUntil: 'This page is here until',
    overdue: ({ name }) =>
      `This takes longer than it should. The request is not lost, and ${name} has been alerted.`,
    refresh: 'Refresh',
    refreshByItself: (seconds) => `Refresh by itself every ${seconds} seconds`,
    refreshesByItself: (seconds) =>
      `This page refreshes by itself every ${seconds} seconds until the request has ended.`,
    stopRefreshing: 'Stop refreshing by itself',
    keepAnswer: 'Keep this answer',
    keepAnswerHow: 'Print this page or save it with your browser, as long as it is here.',
    receipt: 'Signed receipt (a file)',
    receiptHow:
      'The receipt says the same in counts and is signed, so that it can be proven later. It names nobody.',
    timeZone: (zone) => `Time zone: ${zone}.`,
    code: 'Confirmation code',
    keepAddress: 'Keep the address of this page to come back. Anyone who has it can read this page.',
    items: { one: 'item', other: 'items' },
    until: (day) => `Until ${day}.`,
    ends: {
      byItself: 'At its end it is deleted automatically.',
      owner: (owner) => `At its end it is deleted by: ${owner}.`,
      operator: ({ name }) => `At its end ${name} deletes it.`,
    },
    told: 'Also told',
    toldHow: ({ name }) => `${name} has had these delete what they had of you, and that is confirmed:`,
    backups: 'Backups',
    backupsExpire: (day) => `Copies in backups expire by ${day} at the latest.`,
    contact: 'Questions and complaints',
    complain: ({ name }) =>
      `If you have a question or do not agree, write to ${name}. You may also complain to the authority that protects personal data where you live.`,
    askAgain: 'How to send a new request',
    complaint: {
      title: 'Complain about this request',
      label: 'Your complaint',
      hint:
        (most) =>
        ({ name }) =>
          `Say what is wrong, in ${most} characters at most. ${name} reads it and answers on the status page. Anyone who has the code can read the answer, but not what you write.`,
      button: 'Send complaint',
      write: 'Write a complaint',
      received: (moment) =>
        `Your complaint was received on ${moment}. The answer will stand here: come back to this page.`,
      answered: (received, answered) => `Complaint of ${received}, answered on ${answered}:`,
      usedUp: ({ contactEmail }) =>
        `No more complaints about this request are taken here. If something is still not settled, write to ${contactEmail}.`,
      empty: 'Nothing has been sent: no text was written. Say what is wrong, and send it again.',
      tooLong: (most) =>
        `Nothing has been sent: the text is longer than ${most} characters. Please shorten it and send it again.`,
      back: 'Back to the status of the request',
    },
  },
  states: {
    awaiting_confirmation: {
      headline: 'Waiting for your confirmation',
      sentence: ({ name }) =>
        `${name} has sent you an email with a link. Nothing happens until you use it to confirm your request.`,
    },
    scheduled: {
      headline: 'Confirmed, about to start',
      sentence: () =>
        'Your request is confirmed and will start soon. Until then you can take it back with the link in our email.',
    },
    in_progress: {
      headline: 'In progress',
      sentence: ({ name }) =>
        `${name} is looking for your data and deleting what it finds. Once everything has been checked, this page says what was done.`,
    },
    in_review: {
      headline: 'Being looked at by our staff',
      sentence: ({ name }) =>
        `Staff of ${name} are checking this request before it goes on. You do not need to do anything.`,
    },
    on_hold: {
      headline: 'On hold',
      sentence: ({ name, contactEmail }) =>
        `${name} has paused this request, for example because a law or an open case does not allow the data to be deleted now. The request is kept and goes on once the reason has passed; to ask for the reason, write to ${contactEmail}.`,
    },
    refused: {
      headline: 'Not carried out',
      sentence: ({ name, contactEmail }) =>
        `${name} has decided not to carry out this request, because a law or another legitimate reason stands against it. To be told the reason, or to object, write to ${contactEmail}.`,
    },
    expired: {
      headline: 'Not confirmed in time',
      sentence: ({ contactEmail }) =>
        `This request was not confirmed in time, so it ended and nothing was changed. To ask again, do it as you did before, or write to ${contactEmail}.`,
    },
    withdrawn: {
      headline: 'Taken back',
      sentence: ({ contactEmail }) =>
        `This request was taken back before anything was changed. To ask again, do it as you did before, or write to ${contactEmail}.`,
    },
  },
  unasked: {
    scheduled: {
      headline: 'To be deleted',
      sentence: ({ name, contactEmail }) =>
        `The data that belongs to this account will soon have been kept as long as the privacy policy of ${name} says, and is deleted on the day given here. You do not need to do anything; if something is not right, write to ${contactEmail} before then.`,
    },
    withdrawn: {
      headline: 'Not deleted',
      sentence: ({ name, contactEmail }) =>
        `${name} has called this deletion off before anything was changed, for example because the account is in use again. If you have a question, write to ${contactEmail}.`,
    },
  },
  refused: {
    decided: ({ name }) => `${name} has decided not to carry out this request.`,
    begun: () => 'Some data may already have been deleted or changed by then.',
    object: ({ contactEmail }) =>
      `If you do not agree, write to ${contactEmail}; you may also complain to the authority that protects personal data where you live.`,
  },
  completed: {
    headline: 'Your request is complete',
    headlineKept: 'Your request is complete, and some data is kept',
    nothingFound: {
      headline: 'No data was found',
      sentence: ({ name, contactEmail }) =>
        `${name} looked for records under the identity that this request came with, and found none. If you have used another email address or another account, write to ${contactEmail} and say which.`,
    },
    erased: ({ name }) => `${name} has deleted the data listed here and has checked that it is gone.`,
    platform: ({ name }) =>
      `${name} has deleted what it had received about you from Facebook or another Meta service, such as Instagram, and has checked that it is gone.`,
    redacted: () => 'The records found stay, without the details about you that this request covers.',
    retained: ({ name }) => `What is listed as kept stays with ${name}, for the reason given there.`,
    accountRemains: ({ name, contactEmail }) =>
      `Your account with ${name} remains; to have it deleted too, write to ${contactEmail}.`,
    backupsUnknown: () => 'Backups may hold copies for some time; it is not known until when.',
    lists: { erased: 'Deleted', redacted: 'Details removed', retained: 'Kept' },
    redactedMeans:
      'These records stay because others share them or they are still needed. The details about you that this request covers were taken out.',
  },
  failures: {
    bad_request: {
      headline: 'Something is missing',
      sentence: () => 'What was sent is not complete. Please go back and try again.',
    },
    not_found: {
      headline: 'Nothing is here',
      sentence: ({ contactEmail }) =>
        `There is no page at this address, or no request with this code. Compare the code with the one you were given; if it is right, write to ${contactEmail}.`,
    },
    method_not_allowed: {
      headline: 'This cannot be done here',
      sentence: () => 'This address does not take what was sent to it.',
    },
    too_large: {
      headline: 'Too much at once',
      sentence: () => 'What was sent is too long. Please shorten it and try again.',
    },
    unsupported_media_type: {
      headline: 'This cannot be read',
      sentence: () => 'What was sent is not a form that this address can read.',
    },
    too_many_requests: {
      headline: 'Too many requests',
      sentence: () => 'Please wait a little and try again.',
    },
    internal_error: {
      headline: 'Something went wrong on our side',
      sentence: ({ contactEmail }) =>
        `A request that was received is not lost. Please try again in a few minutes; if it goes on, write to ${contactEmail}.`,
    },
  },
}

const mails: MailTexts = {
  subjects: {
    confirm: ({ name }) => `Please confirm your deletion request – ${name}`,
    confirmed: ({ name }) => `Your deletion request is confirmed – ${name}`,
    extended: ({ name }) => `Your deletion request takes longer – ${name}`,
    done: ({ name }) => `Your deletion request is complete – ${name}`,
    refused: ({ name }) => `About your deletion request – ${name}`,
    answered: ({ name }) => `Your complaint has been answered – ${name}`,
    upcoming: ({ name }) => `Your data will soon be deleted – ${name}`,
  },
  confirm: {
    asked: ({ name }) =>
      `Somebody, you most likely, has asked ${name} to delete the data that belongs to this email address. To show that it was you, open the link below and confirm on that page. Nothing is deleted before you do.`,
    link: 'Confirm the request:',
    linkEnds: (day) => `This link works until ${day}.`,
    what: 'Once you have confirmed, and if we hold data that belongs to this address, we look for these kinds of it and delete them:',
    kept: 'What a law makes us keep is kept, and the status page will say why.',
    notYou:
      'If it was not you, you need not do anything: nothing is deleted, and the request expires by itself.',
  },
  confirmed: {
    thanks: ({ name }) => `${name} has received your confirmation.`,
    starts: (day) => `The deletion begins on ${day}. Until then you can take the request back.`,
    startsNow:
      'The deletion begins at once. You can take the request back only as long as nothing has been deleted.',
    due: (day) => `It will be done by ${day} at the latest. We write to you when it is.`,
    withdraw: 'Take the request back:',
  },
  done: {
    done: ({ name }) =>
      `${name} has carried out your request, and has looked again to be sure that nothing was left out.`,
    nothingFound: ({ name }) =>
      `${name} has looked for records that belong to this email address and found none, so there was nothing to do.`,
    erased: 'Deleted:',
    redacted:
      'Still there because others share them or they are still needed, but without the details about you:',
    retained: 'Kept:',
    keptUntil: (what, because, day) => `${what}. ${because}${day === undefined ? '' : ` Kept until ${day}.`}`,
    backups: (day) => `Data in backups runs out by ${day} at the latest.`,
    backupsUnknown: 'Backups may hold data for some time still; until when is not known.',
    otherAddress: ({ contactEmail }) =>
      `If you use another email address with us, too, send a request from there, or write to ${contactEmail}.`,
  },
  extended: {
    extended: ({ name }) => `${name} is working on your request and needs more time for it.`,
    due: (day) => `It will be done by ${day} at the latest. We write to you when it is.`,
  },
  refused: {
    decided: ({ name }) => `${name} has looked at your request and decided not to carry it out.`,
    refused: ({ name }) =>
      `${name} has looked at your request and decided not to carry it out, because a law or another legitimate reason does not allow it. The status page says more.`,
  },
  answered: {
    answered: ({ name }) =>
      `${name} has answered your complaint about this request. You find the answer on the status page.`,
  },
  upcoming: {
    policy: ({ name }) =>
      `${name} does not keep the data of customers longer than its privacy policy says. You receive this mail because your data will soon have been kept that long.`,
    since: (day) =>
      `According to our records, ${day} is the day on which your contract ended or you last used your account.`,
    begins: (day) => `The data that belongs to your account will be deleted on ${day}.`,
    what: 'What is deleted:',
    kept: 'What a law makes us keep is kept; once the deletion is done, the status page says what that is, why, and until when.',
    nothingToDo:
      'You do not need to do anything. This is the only mail about it; the status page says how far it has come.',
    wrong: ({ contactEmail }) =>
      `If that date is not right, or if you have come back or mean to, write to ${contactEmail} before the day of the deletion.`,
    privacyPolicy: 'Our privacy policy:',
  },
  complain: ({ contactEmail }) =>
    `If you disagree, write to ${contactEmail}. You can also complain to the data protection authority where you live.`,
  code: 'Confirmation code:',
  status: 'See how far it has come:',
  closing: ({ name, postalAddress, contactEmail }) =>
    `${name}, ${postalAddress}. This mail was sent by a machine; please send questions to ${contactEmail}.`,
}

export const en: Language = {
  pages,
  mails,
  refusals: {
    legal_obligation: 'A law requires this data to be kept.',
    legal_claim: 'The data is needed to make, exercise or defend a legal claim.',
    order_of_authority: 'An authority has ordered this data to be kept.',
    fraud_or_security: 'The data is needed to settle a case of fraud, or to keep others safe.',
    open_contract: 'The data is needed for a contract that is still open.',
    identity_not_confirmed: 'It could not be confirmed that whoever asked is the person whose data it is.',
    repeated_without_reason: 'The same request was made again and again, without a new reason.',
  },
  extensions: {
    complex: 'This request is complex, so it takes longer.',
    many_requests: 'There are many requests at present, so it takes longer.',
    others_must_act: 'Others who process data for us have to act as well, so it takes longer.',
  },
  signs: [
    /\b(?:the|my|please|delete|remove|account|data|you|your|and|all|want|thanks|hello|dear|from|with|have)\b/gi,
  ],
}
