;; Rendezvous reads this as a part of trade-escrow: what holds for any money and energy, whoever calls.

(define-constant BROKEN (err u99000))

;; ---------------------------------------------------------------- steps: amounts that callers have

(define-public (fuzz-deposit (amount uint))
  (deposit (+ u1 (mod amount u1000000000)))
)
(define-public (fuzz-withdraw (amount uint))
  (withdraw (+ u1 (mod amount (+ u1 (get vault (get-account tx-sender))))))
)

;; ---------------------------------------------------------------- laws after every step

(define-read-only (invariant-vaults-are-backed (who principal))
  (<= (+ (get vault (get-account who)) (get due (get-account who)))
    (stx-get-balance current-contract)
  )
)
(define-read-only (invariant-no-trade-without-the-market)
  (is-eq (var-get last-trade) u0)
)
(define-read-only (invariant-no-fees-without-trades)
  (is-eq (var-get pots) {
    treasury: u0,
    grid: u0,
  })
)

;; ---------------------------------------------------------------- properties

(define-public (test-what-goes-in-comes-out (amount uint))
  (let (
      (money (+ u1 (mod amount u1000000000)))
      (before (stx-get-balance tx-sender))
      (vault (get vault (get-account tx-sender)))
    )
    (if (is-err (deposit money))
      (ok false)
      (begin
        (asserts! (is-eq (get vault (get-account tx-sender)) (+ vault money)) BROKEN)
        (unwrap! (withdraw money) BROKEN)
        (asserts! (is-eq (stx-get-balance tx-sender) before) BROKEN)
        (ok (asserts! (is-eq (get vault (get-account tx-sender)) vault) BROKEN))
      )
    )
  )
)
(define-public (test-nobody-withdraws-more-than-they-have (amount uint))
  (ok (asserts! (is-err (withdraw (+ u1 amount (get vault (get-account tx-sender))))) BROKEN))
)
;; Fees are at most their rate, and the buyer's total is what they are told.
(define-public (test-totals-add-up
    (cost uint)
    (commission uint)
    (grid uint)
  )
  (let (
      (money (mod cost u1000000000000000))
      (terms (+ (mod commission u1001) (* BPS (mod grid u3001))))
      (sum (get-total money terms))
    )
    (asserts! (is-eq (get total sum) (+ money (get fee sum) (get grid sum))) BROKEN)
    (asserts! (<= (* (get fee sum) u10) money) BROKEN)
    (ok (asserts! (<= (* (get grid sum) u10) (* money u3)) BROKEN))
  )
)
;; Shares of a slot never add up to more than there is, whatever was promised and delivered.
(define-public (test-shares-fit-into-custody
    (one uint)
    (other uint)
    (export uint)
  )
  (let (
      (first (mod one u1000000))
      (second (mod other u1000000))
      (promised (+ first second))
      (custody (mod export (+ promised u1)))
      (row (merge NO-SLOT {
        promised: promised,
        custody: custody,
      }))
    )
    (asserts! (<= (+ (share first row) (share second row)) custody) BROKEN)
    (asserts! (<= (share first row) first) BROKEN)
    (ok (asserts! (<= (- custody (+ (share first row) (share second row))) u1) BROKEN))
  )
)
(define-public (test-rounding-up-is-for-the-buyer
    (a uint)
    (b uint)
  )
  (let (
      (money (mod a u1000000000000))
      (by (+ u1 (mod b u1000000)))
      (up (ceil-div money by))
    )
    (asserts! (>= (* up by) money) BROKEN)
    (ok (asserts! (< (- (* up by) money) by) BROKEN))
  )
)
(define-public (test-strangers-touch-no-trade
    (id uint)
    (who principal)
  )
  (begin
    (var-set marketplace .marketplace)
    (var-set disputes .dispute-resolution)
    (asserts! (is-err (cancel-for id who)) BROKEN)
    (asserts! (is-err (mark-disputed id)) BROKEN)
    (ok (asserts! (is-err (resolve-trade id)) BROKEN))
  )
)
