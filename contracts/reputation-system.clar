;; Title: reputation-system
;; Summary: Trust scores from what was delivered, the tiers that follow, and the limits of trade that follow from them.
;; Depends-On: governance-dao
;;
;; A score lies between 0 and 10000 basis points. Only contracts that hold a role move it, each change is an event with before,
;; after and cause, and the events replay to the score. Whoever stakes microSTX stands for what it says with them: they raise its
;; tier a little, and those who may slash take from them, never more than there is. What leaves waits out a cooldown first, which
;; is longer than a trade, so nobody trades on a stake that is gone when the trade ends.

;; ---------------------------------------------------------------- errors

;; The caller is neither the DAO nor the proposal that it executes.
(define-constant ERR-NOT-DAO (err u6000))
;; The caller is not the contract that holds this role.
(define-constant ERR-NOT-PEER (err u6001))
;; A call that takes money must come from the wallet itself, not through another contract.
(define-constant ERR-INDIRECT-CALL (err u6002))
;; There is no role of this name here.
(define-constant ERR-UNKNOWN-ROLE (err u6100))
;; Nothing was promised, or more was delivered than promised.
(define-constant ERR-AMOUNTS (err u6101))
;; The quality of a meter is 1, 2 or 3.
(define-constant ERR-QUALITY (err u6102))
;; The amount is zero.
(define-constant ERR-ZERO-AMOUNT (err u6103))
;; A rating is 1 to 5.
(define-constant ERR-STARS (err u6104))
;; This household has a score already.
(define-constant ERR-KNOWN (err u6200))
;; This meter has given its bonus already.
(define-constant ERR-METER-COUNTED (err u6201))
;; The stake is held: by a seat as an operator or juror, or by a dispute.
(define-constant ERR-HELD (err u6202))
;; Nothing holds this stake.
(define-constant ERR-NOT-HELD (err u6203))
;; Nothing of this stake is on its way out.
(define-constant ERR-NOTHING-LEAVING (err u6204))
;; This side has rated this trade already.
(define-constant ERR-RATED (err u6205))
;; The stake that leaves must wait longer.
(define-constant ERR-COOLDOWN (err u6300))
;; The wallet cannot pay the stake.
(define-constant ERR-FUNDS (err u6400))
;; The caller has staked less than that.
(define-constant ERR-STAKE (err u6401))

;; ---------------------------------------------------------------- constants

(define-constant START u3000)
(define-constant MAX u10000)
(define-constant BPS u10000)
(define-constant DAY u86400)
;; Whoever proves a fault gets one part of so many of what it costs: less than a whole, so that nobody gains by proving its own.
(define-constant FINDERS-PART u10)

(define-constant SLOT-SECONDS u3600)
(define-constant MAX-FAULTS u9)

(define-constant STEP-WARNED u1)
(define-constant STEP-FINED u2)
(define-constant STEP-SUSPENDED u3)

(define-constant CAUSE-SIGNUP u1)
(define-constant CAUSE-METER u2)
(define-constant CAUSE-DELIVERED u3)
(define-constant CAUSE-PARTIAL u4)
(define-constant CAUSE-FAILED u5)
(define-constant CAUSE-CANCELLED u6)
(define-constant CAUSE-DISPUTE u7)

;; ---------------------------------------------------------------- vars

;; Until the DAO names its peers nobody holds these roles, not even the deployer: this contract never calls itself.
(define-data-var registry principal current-contract)
(define-data-var escrow principal current-contract)
(define-data-var oracle principal current-contract)
(define-data-var disputes principal current-contract)

;; ---------------------------------------------------------------- maps

;; `gained` is what deliveries have added on `day`: a day has a limit, so that nobody climbs by many small promises.
(define-map scores
  principal
  {
    score: uint,
    day: uint,
    gained: uint,
    boost: uint,
  }
)
;; amount: microSTX that stand for their owner; leaving: those on their way out since before leaves-at, which can still be slashed;
;; holds: how many seats and disputes keep them here; boost: what they add when the tier is looked up.
(define-map stakes
  principal
  {
    amount: uint,
    leaving: uint,
    leaves-at: uint,
    holds: uint,
    boost: uint,
  }
)
(define-map ratings
  {
    trade: uint,
    by: principal,
  }
  {
    of: principal,
    stars: uint,
    comment-hash: (buff 32),
    counted: bool,
    at: uint,
  }
)
;; What counted ratings add up to.
(define-map rating-sums
  principal
  {
    stars: uint,
    ratings: uint,
  }
)
;; When somebody's rating of somebody counted last: two who trade with each other all day count as one voice.
(define-map pair-rated
  {
    by: principal,
    of: principal,
  }
  uint
)
;; What deliveries to one buyer have added to a seller's score since `since`: two friends lift each other only so far in a period.
(define-map pair-gains
  {
    seller: principal,
    buyer: principal,
  }
  {
    since: uint,
    gained: uint,
  }
)
;; When the hours ended in which somebody delivered far too little, one of a day; those of before the period drop out with the next.
(define-map faults
  principal
  (list 9 uint)
)
(define-map counted-meters
  uint
  bool
)

;; ---------------------------------------------------------------- read-only

(define-read-only (get-score (who principal))
  (get score (get-row who))
)

;; Tier 0 New, 1 Starter, 2 Bronze, 3 Silver, 4 Gold, 5 Platinum, and the share of the certified monthly energy it may trade. A
;; stake counts for the tier, not for the score.
(define-read-only (get-tier (who principal))
  (tier-of (standing who))
)

;; How one side of a trade rated the other.
(define-read-only (get-rating
    (trade uint)
    (by principal)
  )
  (map-get? ratings {
    trade: trade,
    by: by,
  })
)

;; Stars in all, and how many ratings they are of.
(define-read-only (get-rating-sum (who principal))
  (default-to {
    stars: u0,
    ratings: u0,
  }
    (map-get? rating-sums who)
  )
)

;; What deliveries to this buyer have added to the seller's score since `since`; it counts until a `pair-period` later.
(define-read-only (get-pair-gain
    (seller principal)
    (buyer principal)
  )
  (default-to {
    since: u0,
    gained: u0,
  }
    (map-get? pair-gains {
      seller: seller,
      buyer: buyer,
    })
  )
)

;; Ends of the hours of somebody's faults that counted when the last of them was added.
(define-read-only (get-faults (who principal))
  (default-to (list) (map-get? faults who))
)

(define-read-only (get-boost (who principal))
  (get boost (get-row who))
)

(define-read-only (get-stake (who principal))
  (default-to {
    amount: u0,
    leaving: u0,
    leaves-at: u0,
    holds: u0,
    boost: u0,
  }
    (map-get? stakes who)
  )
)

(define-read-only (tier-of (score uint))
  (if (< score u3000)
    {
      tier: u0,
      limit-percent: u10,
    }
    (if (< score u5000)
      {
        tier: u1,
        limit-percent: u10,
      }
      (if (< score u7000)
        {
          tier: u2,
          limit-percent: u40,
        }
        (if (< score u8500)
          {
            tier: u3,
            limit-percent: u60,
          }
          (if (< score u9500)
            {
              tier: u4,
              limit-percent: u80,
            }
            {
              tier: u5,
              limit-percent: u100,
            }
          )
        )
      )
    )
  )
)

;; Wh that a seller and a buyer may trade in a rolling month.
(define-read-only (limits (row {
  seller: principal,
  seller-capacity-wh: uint,
  buyer: principal,
  buyer-capacity-wh: uint,
  default-limit-wh: uint,
}))
  {
    seller: (limit-of (get seller row) (get seller-capacity-wh row) (get default-limit-wh row)),
    buyer: (limit-of (get buyer row) (get buyer-capacity-wh row) (get default-limit-wh row)),
  }
)

(define-read-only (limits-many (rows (list 50
  {
  seller: principal,
  seller-capacity-wh: uint,
  buyer: principal,
  buyer-capacity-wh: uint,
  default-limit-wh: uint,
})))
  (map limits rows)
)

;; The same for one seller and up to 50 buyers, each by itself.
(define-read-only (limits-each (rows (list 51 {
  who: principal,
  capacity-wh: uint,
  default-limit-wh: uint,
})))
  (map limit-of-row rows)
)

(define-read-only (get-peer (role (string-ascii 20)))
  (if (is-eq role "user-registry")
    (some (var-get registry))
    (if (is-eq role "trade-escrow")
      (some (var-get escrow))
      (if (is-eq role "energy-oracle")
        (some (var-get oracle))
        (if (is-eq role "dispute-resolution")
          (some (var-get disputes))
          none
        )
      )
    )
  )
)

;; ---------------------------------------------------------------- checks

(define-private (check-registry)
  (ok (asserts! (is-eq contract-caller (var-get registry)) ERR-NOT-PEER))
)

(define-private (check-escrow)
  (ok (asserts! (is-eq contract-caller (var-get escrow)) ERR-NOT-PEER))
)

;; Those who may hold a stake and take from it.
(define-private (check-judge)
  (ok (asserts!
    (or (is-eq contract-caller (var-get oracle)) (is-eq contract-caller (var-get disputes)))
    ERR-NOT-PEER
  ))
)

;; ---------------------------------------------------------------- user functions

;; Stakes microSTX for the caller.
(define-public (stake (amount uint))
  (let ((row (get-stake contract-caller)))
    (asserts! (is-eq tx-sender contract-caller) ERR-INDIRECT-CALL)
    (asserts! (> amount u0) ERR-ZERO-AMOUNT)
    (unwrap! (stx-transfer? amount tx-sender current-contract) ERR-FUNDS)
    (let ((result (keep-stake contract-caller amount
        (merge row { amount: (+ (get amount row) amount) })
      )))
      ;; @event staked { who: principal, moved: uint, amount: uint, leaving: uint, leaves-at: uint, holds: uint, boost: uint }
      (print (merge { topic: "staked" } result))
      (ok result)
    )
  )
)

;; Begins to take microSTX out: they give no boost any more, can still be slashed, and leave after the cooldown. What was on its
;; way out before waits with them.
(define-public (unstake (amount uint))
  (let ((row (get-stake contract-caller)))
    (asserts! (> amount u0) ERR-ZERO-AMOUNT)
    (asserts! (is-eq (get holds row) u0) ERR-HELD)
    (asserts! (<= amount (get amount row)) ERR-STAKE)
    (let ((result (keep-stake contract-caller amount
        (merge row {
          amount: (- (get amount row) amount),
          leaving: (+ (get leaving row) amount),
          leaves-at: (+ stacks-block-time
            (contract-call? .governance-dao get-parameter "stake-cooldown")
          ),
        })
      )))
      ;; @event unstaked { who: principal, moved: uint, amount: uint, leaving: uint, leaves-at: uint, holds: uint, boost: uint }
      (print (merge { topic: "unstaked" } result))
      (ok result)
    )
  )
)

;; Pays the caller what has left, once its cooldown is over and nothing holds it.
(define-public (withdraw-stake)
  (let (
      (owner contract-caller)
      (row (get-stake owner))
      (amount (get leaving row))
    )
    (asserts! (> amount u0) ERR-NOTHING-LEAVING)
    (asserts! (is-eq (get holds row) u0) ERR-HELD)
    (asserts! (>= stacks-block-time (get leaves-at row)) ERR-COOLDOWN)
    (let ((result (keep-stake owner amount (merge row { leaving: u0 }))))
      (try! (as-contract? ((with-stx amount))
        (try! (stx-transfer? amount tx-sender owner))
      ))
      ;; @event stake-withdrawn { who: principal, moved: uint, amount: uint, leaving: uint, leaves-at: uint, holds: uint,
      ;;   boost: uint }
      (print (merge { topic: "stake-withdrawn" } result))
      (ok result)
    )
  )
)

;; Brings somebody's boost to what the parameters give today. Anybody may call it.
(define-public (refresh-boost (who principal))
  (let ((result (keep-stake who u0 (get-stake who))))
    ;; @event boost-refreshed { who: principal, moved: uint, amount: uint, leaving: uint, leaves-at: uint, holds: uint,
    ;;   boost: uint }
    (print (merge { topic: "boost-refreshed" } result))
    (ok result)
  )
)

;; ---------------------------------------------------------------- role functions

;; Keeps a stake from leaving while its owner has a seat or a dispute. Roles energy-oracle and dispute-resolution.
(define-public (hold-stake (who principal))
  (begin
    (try! (check-judge))
    (let (
        (row (get-stake who))
        (result (keep-stake who u0 (merge row { holds: (+ (get holds row) u1) })))
      )
      ;; @event stake-held { who: principal, moved: uint, amount: uint, leaving: uint, leaves-at: uint, holds: uint, boost: uint }
      (print (merge { topic: "stake-held" } result))
      (ok result)
    )
  )
)

;; Ends one hold. Roles energy-oracle and dispute-resolution.
(define-public (release-stake (who principal))
  (begin
    (try! (check-judge))
    (let ((row (get-stake who)))
      (asserts! (> (get holds row) u0) ERR-NOT-HELD)
      (let ((result (keep-stake who u0 (merge row { holds: (- (get holds row) u1) }))))
        ;; @event stake-released { who: principal, moved: uint, amount: uint, leaving: uint, leaves-at: uint, holds: uint,
        ;;   boost: uint }
        (print (merge { topic: "stake-released" } result))
        (ok result)
      )
    )
  )
)

;; Takes up to `asked` microSTX of a stake, and of what is leaving it: a tenth goes to `finder`, the rest to the DAO's treasury.
;; Roles energy-oracle and dispute-resolution.
(define-public (slash
    (who principal)
    (asked uint)
    (finder (optional principal))
  )
  (begin
    (try! (check-judge))
    (take-stake who asked finder)
  )
)

;; A household begins. Role user-registry.
(define-public (record-signup (household principal))
  (begin
    (try! (check-registry))
    (asserts!
      (map-insert scores household {
        score: START,
        day: u0,
        gained: u0,
        boost: (get boost (get-stake household)),
      })
      ERR-KNOWN
    )
    (ok (tell household u0 START CAUSE-SIGNUP u0))
  )
)

;; A meter was verified: its bonus, once. Quality 1 low (30 %), 2 medium (60 %), 3 high (100 %). Role user-registry.
(define-public (record-meter
    (household principal)
    (meter uint)
    (quality uint)
  )
  (let (
      (row (get-row household))
      (percent (if (is-eq quality u3)
        u100
        (if (is-eq quality u2)
          u60
          u30
        )
      ))
    )
    (try! (check-registry))
    (asserts! (and (>= quality u1) (<= quality u3)) ERR-QUALITY)
    (asserts! (map-insert counted-meters meter true) ERR-METER-COUNTED)
    (ok (change household row
      (raised (get score row)
        (/ (* (contract-call? .governance-dao get-parameter "meter-bonus-bps") percent) u100)
      )
      CAUSE-METER meter
    ))
  )
)

;; What a seller delivered of what it had promised for an hour. What is missing within the tolerance is forgiven: money and energy
;; follow the meter to the Wh all the same. Excused: the utility curtailed it. Only what was sold for a fee earns a bonus: `buyer` is
;; who bought the most of it, none if that bore no fee. Whoever delivers far too little again and again is warned, then fined, then may
;; not sell until `suspended-until`, which is 0 otherwise. Role trade-escrow, with the oracle's final report.
(define-public (record-delivery
    (seller principal)
    (slot uint)
    (delivered uint)
    (promised uint)
    (buyer (optional principal))
    (excused bool)
  )
  (begin
    (try! (check-escrow))
    (asserts! (and (> promised u0) (<= delivered promised)) ERR-AMOUNTS)
    (let (
        (row (get-row seller))
        (result (if (is-whole delivered promised)
          (match buyer
            counterpart (reward seller row slot counterpart)
            (change seller row (get score row) CAUSE-DELIVERED slot)
          )
          (change seller row
            (if excused
              (get score row)
              (lowered (get score row)
                (/
                  (* (contract-call? .governance-dao get-parameter "partial-penalty-bps")
                    (- promised delivered)
                  )
                  promised
                ))
            )
            (if (is-eq delivered u0)
              CAUSE-FAILED
              CAUSE-PARTIAL
            )
            slot
          )
        ))
        (until (if (or excused (not (is-fault delivered promised)))
          u0
          (try! (note-fault seller slot stacks-block-time))
        ))
      )
      (ok (merge result { suspended-until: until }))
    )
  )
)

;; A buyer cancelled `cancelled` of `total` Wh of a trade. Role trade-escrow.
(define-public (record-cancellation
    (buyer principal)
    (trade uint)
    (cancelled uint)
    (total uint)
  )
  (begin
    (try! (check-escrow))
    (asserts! (and (> total u0) (<= cancelled total)) ERR-AMOUNTS)
    (let ((row (get-row buyer)))
      (ok (change buyer row
        (lowered (get score row)
          (/
            (* (contract-call? .governance-dao get-parameter "cancel-penalty-bps")
              cancelled
            )
            total
          ))
        CAUSE-CANCELLED trade
      ))
    )
  )
)

;; Jurors decided a dispute against this household. Role dispute-resolution.
(define-public (record-dispute
    (loser principal)
    (dispute uint)
  )
  (let ((row (get-row loser)))
    (asserts! (is-eq contract-caller (var-get disputes)) ERR-NOT-PEER)
    (ok (change loser row
      (lowered (get score row)
        (contract-call? .governance-dao get-parameter "dispute-penalty-bps")
      )
      CAUSE-DISPUTE dispute
    ))
  )
)

;; What one side of a trade says of the other, 1 to 5 stars, once. Within a period one rating of a pair counts; the others are kept
;; and seen. It moves no score: that is for meters. Role dispute-resolution, which knows the trade.
(define-public (record-rating
    (trade uint)
    (by principal)
    (of principal)
    (stars uint)
    (comment-hash (buff 32))
  )
  (let (
      (now stacks-block-time)
      (pair {
        by: by,
        of: of,
      })
      (sum (get-rating-sum of))
      (counted (match (map-get? pair-rated pair)
        last (>= now
          (+ last (contract-call? .governance-dao get-parameter "rating-period"))
        )
        true
      ))
      (result {
        trade: trade,
        by: by,
        of: of,
        stars: stars,
        comment-hash: comment-hash,
        counted: counted,
        at: now,
      })
    )
    (asserts! (is-eq contract-caller (var-get disputes)) ERR-NOT-PEER)
    (asserts! (and (>= stars u1) (<= stars u5)) ERR-STARS)
    (asserts!
      (map-insert ratings {
        trade: trade,
        by: by,
      } {
        of: of,
        stars: stars,
        comment-hash: comment-hash,
        counted: counted,
        at: now,
      })
      ERR-RATED
    )
    (if counted
      (begin
        (map-set pair-rated pair now)
        (map-set rating-sums of {
          stars: (+ (get stars sum) stars),
          ratings: (+ (get ratings sum) u1),
        })
      )
      false
    )
    ;; @event rated { trade: uint, by: principal, of: principal, stars: uint, comment-hash: (buff 32), counted: bool, at: uint }
    (print (merge { topic: "rated" } result))
    (ok result)
  )
)

;; ---------------------------------------------------------------- DAO functions

(define-public (set-peer
    (role (string-ascii 20))
    (who principal)
  )
  (let ((result {
      role: role,
      who: who,
    }))
    (asserts! (contract-call? .governance-dao is-dao-call contract-caller)
      ERR-NOT-DAO
    )
    (asserts! (is-some (get-peer role)) ERR-UNKNOWN-ROLE)
    (if (is-eq role "user-registry")
      (var-set registry who)
      (if (is-eq role "trade-escrow")
        (var-set escrow who)
        (if (is-eq role "energy-oracle")
          (var-set oracle who)
          (var-set disputes who)
        )
      )
    )
    ;; @event peer-changed { role: (string-ascii 20), who: principal }
    (print (merge { topic: "peer-changed" } result))
    (ok result)
  )
)

;; ---------------------------------------------------------------- helpers

(define-private (get-row (who principal))
  (default-to {
    score: START,
    day: u0,
    gained: u0,
    boost: u0,
  }
    (map-get? scores who)
  )
)

(define-private (limit-of-row (row {
  who: principal,
  capacity-wh: uint,
  default-limit-wh: uint,
}))
  (limit-of (get who row) (get capacity-wh row) (get default-limit-wh row))
)

(define-private (limit-of
    (who principal)
    (capacity-wh uint)
    (default-limit-wh uint)
  )
  (if (is-eq capacity-wh u0)
    default-limit-wh
    (/ (* capacity-wh (get limit-percent (tier-of (standing who)))) u100)
  )
)

;; Score and boost together, as the tier sees them.
(define-private (standing (who principal))
  (let ((row (get-row who)))
    (raised (get score row) (get boost row))
  )
)

(define-private (least
    (a uint)
    (b uint)
  )
  (if (< a b)
    a
    b
  )
)

;; What a stake adds to a score when the tier is looked up.
(define-private (boost-of (amount uint))
  (least
    (/ amount (contract-call? .governance-dao get-parameter "stake-per-bps"))
    (contract-call? .governance-dao get-parameter "stake-boost-cap-bps")
  )
)

;; Writes a stake and the boost that follows. Operators stake too; only households have a score to boost.
(define-private (keep-stake
    (who principal)
    (moved uint)
    (before {
      amount: uint,
      leaving: uint,
      leaves-at: uint,
      holds: uint,
      boost: uint,
    })
  )
  (let ((row (merge before { boost: (boost-of (get amount before)) })))
    (map-set stakes who row)
    (match (map-get? scores who)
      score (map-set scores who (merge score { boost: (get boost row) }))
      false
    )
    (merge row {
      who: who,
      moved: moved,
    })
  )
)

(define-private (raised
    (score uint)
    (by uint)
  )
  (if (> (+ score by) MAX)
    MAX
    (+ score by)
  )
)

(define-private (lowered
    (score uint)
    (by uint)
  )
  (if (> by score)
    u0
    (- score by)
  )
)

;; Whether no more is missing than the tolerance allows.
(define-private (is-whole
    (delivered uint)
    (promised uint)
  )
  (or (is-eq delivered promised)
    (>= (* delivered BPS)
      (* promised
        (- BPS (contract-call? .governance-dao get-parameter "tolerance-bps"))
      ))
  )
)

(define-private (is-fault
    (delivered uint)
    (promised uint)
  )
  (< (* delivered BPS)
    (* promised
      (contract-call? .governance-dao get-parameter "fault-share-bps")
    ))
)

;; Counts a fault by the end of its hour, so that nobody gains by when the hour is made final, one a day (UTC) at most, and takes the
;; step that follows from how many there were in the period. Gives the end of the suspension, 0 if there is none.
(define-private (note-fault
    (who principal)
    (slot uint)
    (now uint)
  )
  (let (
      (end (* (+ slot u1) SLOT-SECONDS))
      (since (lowered now
        (contract-call? .governance-dao get-parameter "fault-period")
      ))
      (recent (get recent
        (fold keep-recent (get-faults who) {
          since: since,
          recent: (list),
        })
      ))
      (room (if (is-eq (len recent) MAX-FAULTS)
        (default-to (list) (slice? recent u1 MAX-FAULTS))
        recent
      ))
      (counted (default-to room (as-max-len? (append room end) u9)))
      (count (len counted))
      (fined (>= count
        (contract-call? .governance-dao get-parameter "fine-from")
      ))
      (suspended (>= count
        (contract-call? .governance-dao get-parameter "suspend-from")
      ))
      (until (if suspended
        (+ now (contract-call? .governance-dao get-parameter "suspension"))
        u0
      ))
    )
    (if (and (> end since) (is-none (index-of? (map day-of recent) (day-of end))))
      (let ((result {
          who: who,
          slot: slot,
          count: count,
          step: (if suspended
            STEP-SUSPENDED
            (if fined
              STEP-FINED
              STEP-WARNED
            )
          ),
          fine: (if fined
            (get moved
              (try! (take-stake who
                (contract-call? .governance-dao get-parameter "fault-fine")
                none
              ))
            )
            u0
          ),
          suspended-until: until,
        }))
        (map-set faults who counted)
        ;; @event delivery-fault { who: principal, slot: uint, count: uint, step: uint, fine: uint, suspended-until: uint }
        (print (merge { topic: "delivery-fault" } result))
        (ok until)
      )
      (ok u0)
    )
  )
)

;; The day of the hour that ended then.
(define-private (day-of (end uint))
  (/ (- end u1) DAY)
)

(define-private (keep-recent
    (end uint)
    (state {
      since: uint,
      recent: (list 9 uint),
    })
  )
  (if (> end (get since state))
    (merge state {
      recent: (default-to (list) (as-max-len? (append (get recent state) end) u9)),
    })
    state
  )
)

;; Takes up to `asked` of a stake; see slash.
(define-private (take-stake
    (who principal)
    (asked uint)
    (finder (optional principal))
  )
  (let (
      (row (get-stake who))
      (from-amount (least asked (get amount row)))
      (from-leaving (least (- asked from-amount) (get leaving row)))
      (taken (+ from-amount from-leaving))
      (found (if (is-some finder)
        (/ taken FINDERS-PART)
        u0
      ))
      (result (merge
        (keep-stake who taken
          (merge row {
            amount: (- (get amount row) from-amount),
            leaving: (- (get leaving row) from-leaving),
          })
        ) {
        by: contract-caller,
        finder: finder,
        reward: found,
      }))
    )
    (if (> taken u0)
      (try! (as-contract? ((with-stx taken))
        (and (> found u0) (try! (stx-transfer? found tx-sender (default-to .governance-dao finder))))
        (and (> taken found) (try! (stx-transfer? (- taken found) tx-sender .governance-dao)))
      ))
      true
    )
    ;; @event stake-slashed { who: principal, moved: uint, amount: uint, leaving: uint, leaves-at: uint, holds: uint,
    ;;   boost: uint, by: principal, finder: (optional principal), reward: uint }
    (print (merge { topic: "stake-slashed" } result))
    (ok result)
  )
)

;; Full delivery: the bonus, as far as the day and the pair have room for it.
(define-private (reward
    (seller principal)
    (row {
      score: uint,
      day: uint,
      gained: uint,
      boost: uint,
    })
    (slot uint)
    (buyer principal)
  )
  (let (
      (now stacks-block-time)
      (day (/ now DAY))
      (gained (if (is-eq day (get day row))
        (get gained row)
        u0
      ))
      (bonus (contract-call? .governance-dao get-parameter "success-bonus-bps"))
      (most (contract-call? .governance-dao get-parameter "daily-bonus-bps"))
      (before (get-pair-gain seller buyer))
      (pair (if (< now
          (+ (get since before)
            (contract-call? .governance-dao get-parameter "pair-period")
          ))
        before
        {
          since: now,
          gained: u0,
        }
      ))
      (room (least (lowered most gained)
        (lowered (contract-call? .governance-dao get-parameter "pair-bonus-bps")
          (get gained pair)
        )))
      (given (least bonus room))
    )
    (if (> given u0)
      (map-set pair-gains {
        seller: seller,
        buyer: buyer,
      }
        (merge pair { gained: (+ (get gained pair) given) })
      )
      false
    )
    (change seller
      (merge row {
        day: day,
        gained: (+ gained given),
      })
      (raised (get score row) given) CAUSE-DELIVERED slot
    )
  )
)

(define-private (change
    (who principal)
    (row {
      score: uint,
      day: uint,
      gained: uint,
      boost: uint,
    })
    (after uint)
    (cause uint)
    (reference uint)
  )
  (begin
    (map-set scores who (merge row { score: after }))
    (tell who (get score row) after cause reference)
  )
)

(define-private (tell
    (who principal)
    (before uint)
    (after uint)
    (cause uint)
    (reference uint)
  )
  (let ((result {
      who: who,
      before: before,
      after: after,
      cause: cause,
      ref: reference,
    }))
    ;; @event score-changed { who: principal, before: uint, after: uint, cause: uint, ref: uint }
    (print (merge { topic: "score-changed" } result))
    result
  )
)
