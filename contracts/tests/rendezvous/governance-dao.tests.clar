;; Rendezvous reads this as a part of governance-dao: what holds for any proposals, votes and values, whoever calls.

(define-constant BROKEN (err u99000))
(define-constant FUZZ-KEYS (list
  "commission-bps"
  "grid-bps-far"
  "price-floor"
  "price-ceiling"
  "min-wh"
  "gate-closure"
  "gate-opening"
  "cancel-window"
  "challenge-window"
  "report-max-age"
  "timeout"
  "refund-rate-bps"
  "reference-price"
  "voting-period"
  "timelock"
))
(define-private (fuzz-key (n uint))
  (default-to "commission-bps" (element-at? FUZZ-KEYS (mod n (len FUZZ-KEYS))))
)
(define-private (fuzz-within
    (key (string-ascii 32))
    (so-far bool)
  )
  (match (map-get? bounds key)
    range (and so-far
      (>= (get-parameter key) (get min range))
      (<= (get-parameter key) (get max range))
    )
    so-far
  )
)

;; ---------------------------------------------------------------- steps: with these, there are members, proposals and decisions

(define-public (fuzz-join)
  (begin
    (var-set registry contract-caller)
    (set-member contract-caller true)
  )
)
(define-public (fuzz-leave)
  (begin
    (var-set registry contract-caller)
    (set-member contract-caller false)
  )
)
(define-public (fuzz-propose
    (n uint)
    (value uint)
  )
  (let (
      (key (fuzz-key n))
      (range (unwrap! (map-get? bounds key) BROKEN))
    )
    (ok (get id
      (try! (propose-parameter key
        (+ (get min range) (mod value (+ u1 (- (get max range) (get min range)))))
      ))
    ))
  )
)
(define-public (fuzz-vote (choice uint))
  (vote (var-get last-proposal) (mod choice u3))
)
(define-public (fuzz-conclude)
  (conclude (var-get last-proposal))
)
(define-public (fuzz-execute)
  (execute-parameter (var-get last-proposal))
)

;; ---------------------------------------------------------------- laws after every step

(define-read-only (invariant-parameters-are-within-bounds)
  (fold fuzz-within FUZZ-KEYS true)
)
(define-read-only (invariant-the-trade-path-knows-the-parameters)
  (let ((known (var-get trade-parameters)))
    (and
      (is-eq (get commission-bps known) (get-parameter "commission-bps"))
      (is-eq (get price-floor known) (get-parameter "price-floor"))
      (is-eq (get price-ceiling known) (get-parameter "price-ceiling"))
      (is-eq (get gate-closure known) (get-parameter "gate-closure"))
      (is-eq (get timeout known) (get-parameter "timeout"))
      (<= (get price-floor known) (get price-ceiling known))
      (< (get gate-closure known) (get gate-opening known))
    )
  )
)
(define-read-only (invariant-bonds-are-there)
  (<= (var-get bonds) (stx-get-balance current-contract))
)
(define-read-only (invariant-no-power-outside-of-a-proposal)
  (is-none (var-get executing))
)
(define-read-only (invariant-one-member-one-vote (id uint))
  (match (map-get? proposals id)
    row (<= (+ (get for row) (get against row) (get abstain row)) u10)
    true
  )
)
(define-read-only (invariant-proposals-are-numbered (id uint))
  (is-eq (is-some (map-get? proposals id)) (and (> id u0) (<= id (var-get last-proposal))))
)

;; ---------------------------------------------------------------- properties

(define-public (test-bounds-hold
    (n uint)
    (value uint)
  )
  (let (
      (key (fuzz-key n))
      (range (unwrap! (map-get? bounds key) BROKEN))
      (before (get-parameter key))
      (outside (or (< value (get min range)) (> value (get max range))))
      (result (apply-parameter key value))
    )
    (asserts! (not (and outside (is-ok result))) BROKEN)
    (asserts! (is-eq (get-parameter key) (if (is-ok result)
      value
      before
    ))
      BROKEN
    )
    (ok (asserts! (fold fuzz-within FUZZ-KEYS true) BROKEN))
  )
)
(define-public (test-only-the-dao-sets
    (n uint)
    (value uint)
    (who principal)
  )
  (begin
    (asserts! (is-eq (err (unwrap-err! (set-parameter (fuzz-key n) value) BROKEN)) ERR-NOT-DAO) BROKEN)
    (asserts! (is-err (pay-treasury value who)) BROKEN)
    (asserts! (is-err (set-guardian who value)) BROKEN)
    (ok (asserts! (is-err (set-peer "user-registry" who)) BROKEN))
  )
)
(define-public (test-nobody-votes-twice
    (choice uint)
    (n uint)
    (value uint)
  )
  (let (
      (joined (is-ok (fuzz-join)))
      (proposed (and (is-eq (mod n u2) u0) (is-ok (fuzz-propose n value))))
      (first (vote (var-get last-proposal) (mod choice u3)))
    )
    (if (is-err first)
      (ok false)
      (ok (asserts! (is-err (vote (var-get last-proposal) (mod choice u3))) BROKEN))
    )
  )
)
