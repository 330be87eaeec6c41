;; Rendezvous reads this as a part of reputation-system: what holds for any history, whoever calls.

(define-constant BROKEN (err u99000))

;; ---------------------------------------------------------------- steps: with these, the roles' functions succeed too

(define-public (fuzz-signup (who principal))
  (begin
    (var-set registry contract-caller)
    (record-signup who)
  )
)
(define-public (fuzz-meter
    (who principal)
    (meter uint)
    (quality uint)
  )
  (begin
    (var-set registry contract-caller)
    (record-meter who meter (+ u1 (mod quality u3)))
  )
)
(define-public (fuzz-delivery
    (who principal)
    (slot uint)
    (delivered uint)
    (promised uint)
    (excused bool)
  )
  (let ((wh (+ u1 (mod promised u1000000))))
    (var-set escrow contract-caller)
    (record-delivery who (mod slot u1000000) (mod delivered (+ wh u1)) wh (some contract-caller)
      excused
    )
  )
)
(define-public (fuzz-cancellation
    (who principal)
    (trade uint)
    (cancelled uint)
    (total uint)
  )
  (let ((wh (+ u1 (mod total u1000000))))
    (var-set escrow contract-caller)
    (record-cancellation who trade (mod cancelled (+ wh u1)) wh)
  )
)

;; ---------------------------------------------------------------- laws after every step

(define-read-only (invariant-scores-are-within-bounds (who principal))
  (<= (get-score who) MAX)
)
(define-read-only (invariant-tier-follows-score-and-boost (who principal))
  (is-eq (get-tier who) (tier-of (standing who)))
)
(define-read-only (invariant-a-boost-stays-below-its-cap (who principal))
  (<= (get-boost who)
    (contract-call? .governance-dao get-parameter "stake-boost-cap-bps")
  )
)

;; ---------------------------------------------------------------- properties

(define-public (test-tiers-rise-with-scores
    (one uint)
    (other uint)
  )
  (let (
      (low (mod one u10001))
      (high (+ low (mod other (- u10001 low))))
      (below (tier-of low))
      (above (tier-of high))
    )
    (asserts! (<= (get tier below) (get tier above)) BROKEN)
    (ok (asserts! (<= (get limit-percent below) (get limit-percent above)) BROKEN))
  )
)
(define-public (test-scores-are-clamped
    (score uint)
    (by uint)
  )
  (let (
      (from (mod score u10001))
      (step (mod by u100000))
    )
    (asserts! (<= (raised from step) MAX) BROKEN)
    (asserts! (>= (raised from step) from) BROKEN)
    (ok (asserts! (<= (lowered from step) from) BROKEN))
  )
)
(define-public (test-limits-are-within-capacity
    (who principal)
    (capacity uint)
    (otherwise uint)
  )
  (let (
      (wh (mod capacity u1000000000000))
      (limit (limit-of who wh otherwise))
    )
    (ok (asserts!
      (if (is-eq wh u0)
        (is-eq limit otherwise)
        (<= limit wh)
      )
      BROKEN
    ))
  )
)
(define-public (test-only-peers-record
    (who principal)
    (n uint)
  )
  (begin
    (var-set registry .user-registry)
    (var-set escrow .trade-escrow)
    (asserts! (is-err (record-signup who)) BROKEN)
    (asserts! (is-err (record-meter who n u1)) BROKEN)
    (ok (asserts! (is-err (record-cancellation who n u1 u1)) BROKEN))
  )
)
