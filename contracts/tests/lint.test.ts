import { describe, expect, it } from 'vitest';
import { ClarityError, definitionsOf, flat, read } from '../tools/clarity.ts';
import { ALLOWED, type Allowed, lint, lintAll } from '../tools/lint.ts';

const HEADER = ';; Title: sample\n;; Summary: A sample.\n;; Depends-On: none\n';
/** The rules that a contract of these definitions breaks. */
const broken = (body: string, allowed: Allowed[] = []): string[] =>
  lint('sample', HEADER + body, allowed).map(({ rule, message }) => `${rule}: ${message}`);
const good = '(define-public (act) (begin (print { topic: "acted" }) (ok true)))';

describe('reader', () => {
  it('reads forms, tuples, texts and comments with their places', () => {
    const source = read(
      ';; Why.\n(define-constant A "a \\" ;; no comment")\n(f { a: u1, b: { c: (g 0x00) } }) ;; end\n',
    );
    expect(source.forms.map((form) => [form.line, flat(source, form)])).toEqual([
      [2, '(define-constant A "a \\" '],
      [3, '(f { a: u1, b: { c: (g 0x00) } })'],
    ]);
    expect(source.comments.map(({ text, line }) => [line, text])).toEqual([
      [1, 'Why.'],
      [3, 'end'],
    ]);
    expect(definitionsOf(source)).toMatchObject([{ form: 'define-constant', name: 'A', comment: ['Why.'] }]);
  });

  it('says where a bracket, a text or a field does not end', () => {
    for (const [text, line] of [
      ['(a\n(b)', 1],
      ['(a)\n)', 2],
      ['\n"abc', 2],
      ['{ a }', 1],
      ['{ a: u1', 1],
    ] as const) {
      expect(() => read(text), text).toThrow(ClarityError);
      expect(() => read(text), text).toThrow(`line ${line}`);
    }
  });
});

describe('lint', () => {
  it('finds nothing in our contracts', () => {
    expect(lintAll()).toEqual([]);
  });

  it('lets a good contract pass', () => {
    expect(broken(good)).toEqual([]);
  });

  const BAD: [name: string, body: string, rule: string][] = [
    ['a bracket that does not end', '(define-public (act', 'syntax: line'],
    ['as-contract', '(define-public (act) (begin (print 1) (as-contract (ok true))))', 'banned: as-contract'],
    [
      'an allowance without limit',
      '(define-public (act) (begin (print 1) (as-contract? ((with-all-assets-unsafe)) true)))',
      'banned: with-all-assets-unsafe',
    ],
    [
      'secp256k1-verify',
      '(define-read-only (f (a (buff 32)) (b (buff 65)) (c (buff 33))) (secp256k1-verify a b c))',
      'banned: secp',
    ],
    ['at-block', '(define-read-only (f (a (buff 32))) (at-block a u1))', 'banned: at-block'],
    ['a block height as a clock', '(define-read-only (f) stacks-block-height)', 'banned: stacks-block-height'],
    ['unwrap-panic', '(define-read-only (f (a (optional uint))) (unwrap-panic a))', 'panic: unwrap-panic'],
    [
      'unwrap-err-panic of no constant',
      '(define-read-only (f (a (response uint uint))) (unwrap-err-panic a))',
      'panic: unwrap-err',
    ],
    ['is-ok', '(define-read-only (f (a (response uint uint))) (is-ok a))', 'banned: is-ok'],
    [
      'tx-sender as authority',
      `(define-data-var owner principal 'ST000000000000000000002AMW42H)
       ;; No.
       (define-constant ERR-NOT-OWNER (err u1))
       (define-public (act) (begin (asserts! (is-eq tx-sender (var-get owner)) ERR-NOT-OWNER) (print 1) (ok (var-set owner contract-caller))))`,
      'tx-sender: tx-sender decides nothing',
    ],
    [
      "a stranger's money",
      '(define-public (act) (begin (print 1) (stx-transfer? u1 tx-sender current-contract)))',
      'tx-sender: tx-sender decides nothing',
    ],
    ['a function in camelCase', good.replace('act', 'doAct'), 'naming: doAct'],
    ['a constant in kebab-case', `(define-constant limit u1)\n(define-read-only (f) limit)`, 'naming: limit'],
    ['a parameter in snake_case', '(define-read-only (f (a_b uint)) a_b)', 'naming: the parameter a_b'],
    ['a local in camelCase', '(define-read-only (f) (let ((aB u1)) aB))', 'naming: the local aB'],
    [
      'an error without ERR-',
      '(define-constant NO (err u1))\n(define-read-only (f) NO)',
      'naming: errors, and only errors',
    ],
    ['a bare error code', '(define-public (act) (begin (print 1) (if true (ok true) (err u7))))', 'error-code: a bare'],
    [
      'two errors of one code',
      ';; A.\n(define-constant ERR-A (err u1))\n;; B.\n(define-constant ERR-B (err u1))\n(define-read-only (f) (if true ERR-A ERR-B))',
      'error-code: u1 is ERR-A already',
    ],
    [
      'an error without a sentence',
      '(define-constant ERR-A (err u1))\n(define-read-only (f) ERR-A)',
      'error-code: ERR-A has no',
    ],
    [
      'a caught and forgotten error',
      '(define-private (g) (if true (ok u1) (err u2)))\n(define-read-only (f) (match (g) value value code u0))',
      'swallowed: the error code',
    ],
    [
      'responses that nobody looks at',
      '(define-private (g (a uint)) (ok a))\n(define-read-only (f) (map g (list u1)))',
      'swallowed: map collects',
    ],
    ['a constant of no use', '(define-constant LIMIT u1)', 'unused: LIMIT'],
    ['a private function of no use', '(define-private (g) u1)', 'unused: g'],
    ['a recursion of no use', '(define-private (g) (g))', 'unused: g'],
    [
      'a variable that is never read',
      '(define-data-var n uint u0)\n(define-public (act) (begin (print 1) (ok (var-set n u1))))',
      'unused: the variable n is never read',
    ],
    [
      'a variable that never changes',
      '(define-data-var n uint u0)\n(define-read-only (f) (var-get n))',
      'unused: the variable n never changes',
    ],
    [
      'a map that is never written',
      '(define-map m uint uint)\n(define-read-only (f) (map-get? m u1))',
      'unused: the map m is never written',
    ],
    ['a parameter of no use', '(define-read-only (f (a uint)) u1)', 'unused: the parameter a'],
    ['a local of no use', '(define-read-only (f) (let ((a u1) (b a)) u1))', 'unused: the local b'],
    ['a list without end', '(define-read-only (f (a (list 5000 uint))) (len a))', 'unbounded: a list of 5000'],
    ['a text without end', '(define-read-only (f (a (string-utf8 5000))) (len a))', 'unbounded: a text of 5000'],
    [
      'a loop in a loop',
      `(define-private (inner (a uint) (b uint)) (+ a b))
       (define-private (outer (a uint) (b (list 100 uint))) (begin (fold inner b a) b))
       (define-read-only (f (a (list 100 uint))) (fold outer a a))`,
      'unbounded: loops within loops run up to 10000',
    ],
    [
      'a silent transition',
      '(define-data-var n uint u0)\n(define-public (act) (begin (var-set n (+ (var-get n) u1)) (ok true)))',
      'event: act',
    ],
  ];
  it.each(BAD)('finds %s', (_, body, rule) => {
    expect(
      broken(body).some((found) => found.startsWith(rule)),
      broken(body).join('\n'),
    ).toBe(true);
  });

  it('finds a header that is missing or not true', () => {
    const rules = lint('sample', good, []).map(({ message }) => message);
    expect(rules).toEqual(['the first line should be ";; Title: sample"', 'there is no ";; Summary: ..."']);
    expect(broken('(define-read-only (f) (contract-call? .energy-token get-name))')).toEqual([
      'header: Depends-On does not name energy-token',
      'header: Depends-On names none, which is not used',
    ]);
  });

  it('holds each contract to its thousand of codes', () => {
    const text =
      ';; Title: marketplace\n;; Summary: A.\n;; Depends-On: none\n;; Far.\n(define-constant ERR-FAR (err u4000))\n(define-read-only (f) ERR-FAR)';
    expect(lint('marketplace', text, []).map(({ message }) => message)).toEqual(['u4000 is outside 3000 to 3599']);
  });

  it('takes an exception with a reason, and drops it when it is no longer needed', () => {
    const allowed: Allowed[] = [{ contract: 'sample', rule: 'banned', where: 'f', why: 'a test' }];
    expect(broken('(define-read-only (f) stacks-block-height)', allowed)).toEqual([]);
    expect(broken('(define-read-only (f) u1)', allowed)).toEqual([
      'banned: banned is allowed in f and needs it no longer',
    ]);
    for (const { why } of ALLOWED) expect(why.length).toBeGreaterThan(20);
  });
});
