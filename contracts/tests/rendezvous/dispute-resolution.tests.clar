;; Rendezvous reads this as a part of dispute-resolution: what holds for any dispute, whoever calls.

(define-constant BROKEN (err u99000))

;; ---------------------------------------------------------------- steps: disputes and juries of trades that escrow knows nothing of

(define-constant MOST u40)
(define-constant IDS (list u1 u2 u3 u4 u5 u6 u7 u8 u9 u10 u11 u12 u13 u14 u15 u16 u17 u18 u19 u20 u21 u22 u23 u24 u25 u26 u27 u28 u29 u30 u31 u32 u33 u34 u35 u36 u37 u38 u39 u40
))

;; One of the last four.
(define-private (some-id (id uint))
  (let ((back (mod id u4)))
    (if (> (var-get last-dispute) back)
      (- (var-get last-dispute) back)
      u1
    )
  )
)

;; A dispute whose jury has been called and not drawn.
(define-public (fuzz-call (claim uint))
  (let ((id (+ u1 (var-get last-dispute))))
    (asserts! (<= id MOST) BROKEN)
    (var-set last-dispute id)
    (var-set undrawn (+ u1 (var-get undrawn)))
    (map-set dispute-of (+ u1000000 id) id)
    (map-set disputes id {
      trade: (+ u1000000 id),
      claimant: contract-caller,
      respondent: .governance-dao,
      claim: claim,
      evidence-hash: 0x0000000000000000000000000000000000000000000000000000000000000000,
      bond: u0,
      revision: u0,
      at: stacks-block-time,
      status: DISPUTE-JUDGING,
      answer: ANSWER-NONE,
      answer-bond: u0,
    })
    (ok (map-set juries id {
      caller: contract-caller,
      size: u7,
      fee: u0,
      height: (- stacks-block-height u1),
      jurors: (list),
      ends-at: (+ stacks-block-time u100),
      commit-until: u0,
      upheld: u0,
      rejected: u0,
      failed: false,
    }))
  )
)
;; Nobody is in the pool, so it is drawn in vain.
(define-public (fuzz-draw (id uint))
  (draw-jury (some-id id))
)
;; Seats the caller in a jury that waits for its draw.
(define-public (fuzz-seat (id uint))
  (let ((jury (unwrap! (map-get? juries (some-id id)) BROKEN)))
    (asserts! (is-eq (len (get jurors jury)) u0) BROKEN)
    (asserts! (not (get failed jury)) BROKEN)
    (asserts! (is-eq (get status (map-get? disputes (some-id id))) (some DISPUTE-JUDGING)) BROKEN)
    (var-set undrawn (- (var-get undrawn) u1))
    (take-seat contract-caller)
    (ok (map-set juries (some-id id)
      (merge jury {
        jurors: (list contract-caller),
        commit-until: (+ stacks-block-time u1000000000),
        ends-at: (+ stacks-block-time u2000000000),
      })
    ))
  )
)
;; The caller is seated too, where a seat is left.
(define-public (fuzz-commit
    (id uint)
    (uphold bool)
    (salt (buff 32))
  )
  (let ((jury (unwrap! (map-get? juries (some-id id)) BROKEN)))
    (asserts! (is-eq (get status (map-get? disputes (some-id id))) (some DISPUTE-JUDGING)) BROKEN)
    (asserts! (> (len (get jurors jury)) u0) BROKEN)
    (if (is-some (index-of? (get jurors jury) contract-caller))
      true
      (begin
        (take-seat contract-caller)
        (map-set juries (some-id id)
          (merge jury { jurors: (unwrap! (as-max-len? (append (get jurors jury) contract-caller) u7) BROKEN) })
        )
      )
    )
    (commit-vote (some-id id) (get-ballot-hash (some-id id) contract-caller uphold salt))
  )
)
(define-public (fuzz-reveal
    (id uint)
    (uphold bool)
    (salt (buff 32))
  )
  (match (map-get? juries (some-id id))
    jury (begin
      (map-set juries (some-id id) (merge jury { commit-until: u0 }))
      (map-set ballots {
        dispute: (some-id id),
        juror: contract-caller,
      } {
        hash: (get-ballot-hash (some-id id) contract-caller uphold salt),
        revealed: (default-to false
          (get revealed
            (map-get? ballots {
              dispute: (some-id id),
              juror: contract-caller,
            })
          )),
        uphold: false,
      })
      (reveal-vote (some-id id) uphold salt)
    )
    BROKEN
  )
)
(define-public (fuzz-conclude (id uint))
  (match (map-get? juries (some-id id))
    jury (begin
      (map-set juries (some-id id) (merge jury { ends-at: u0 }))
      (conclude-jury (some-id id))
    )
    BROKEN
  )
)

;; ---------------------------------------------------------------- laws after every step

(define-private (count-undrawn
    (id uint)
    (count uint)
  )
  (match (map-get? juries id)
    jury (if (and
        (is-eq (len (get jurors jury)) u0)
        (is-eq (get status (map-get? disputes id)) (some DISPUTE-JUDGING))
      )
      (+ count u1)
      count
    )
    count
  )
)
(define-read-only (invariant-undrawn-juries-are-counted)
  (is-eq (var-get undrawn)
    (fold count-undrawn IDS u0)
  )
)
(define-private (sits
    (id uint)
    (state {
      who: principal,
      seats: uint,
    })
  )
  (match (map-get? juries id)
    jury (if (and
        (is-some (index-of? (get jurors jury) (get who state)))
        (is-eq (get status (map-get? disputes id)) (some DISPUTE-JUDGING))
      )
      (merge state { seats: (+ (get seats state) u1) })
      state
    )
    state
  )
)
(define-read-only (invariant-seats-are-counted (who principal))
  (is-eq (get seats (get-juror who))
    (get seats
      (fold sits IDS {
        who: who,
        seats: u0,
      })
    ))
)
(define-read-only (invariant-no-more-votes-than-jurors (id uint))
  (match (map-get? juries (some-id id))
    jury (<= (+ (get upheld jury) (get rejected jury)) (len (get jurors jury)))
    true
  )
)
(define-read-only (invariant-pool-and-places-agree (at uint))
  (match (map-get? pool at)
    who (or (>= at (var-get jurors)) (is-eq (get at (get-juror who)) (some at)))
    true
  )
)

(define-read-only (invariant-bonds-are-there)
  (is-eq (var-get bonds) (stx-get-balance current-contract))
)
(define-read-only (invariant-disputes-are-numbered (id uint))
  (is-eq (is-some (map-get? disputes id)) (and (> id u0) (<= id (var-get last-dispute))))
)
(define-read-only (invariant-trade-and-dispute-know-each-other (trade uint))
  (match (map-get? dispute-of trade)
    id (is-eq (get trade (map-get? disputes id)) (some trade))
    true
  )
)

;; ---------------------------------------------------------------- properties

(define-public (test-no-dispute-without-a-trade
    (trade uint)
    (claim uint)
    (evidence (buff 32))
  )
  (let ((before (stx-get-balance tx-sender)))
    (asserts! (is-err (open-dispute trade claim evidence)) BROKEN)
    (ok (asserts! (is-eq (stx-get-balance tx-sender) before) BROKEN))
  )
)
(define-public (test-nothing-to-resolve (id uint))
  (ok (asserts! (is-err (resolve-automatic id)) BROKEN))
)
