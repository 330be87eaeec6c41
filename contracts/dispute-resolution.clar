;; Title: dispute-resolution
;; Summary: What the parties say of a trade: ratings once it is settled, and disputes, which hold it back and always end.
;; Depends-On: governance-dao, reputation-system, user-registry, energy-oracle, trade-escrow
;;
;; A party that opens a dispute puts up a bond and says what was delivered; the other may agree, or contest it with a bond of its
;; own. The automatic rule comes first: what both agree on holds; if the operators revise the report that stood when the dispute
;; was opened, theirs does, and both have their bonds back. Otherwise either side may call a jury, for a fee: members of Silver and
;; above with a stake, drawn by a block that nobody knew, who commit, then reveal, whether the claim holds or the meter. A majority
;; of all of them decides about the money and the bonds; energy always follows the meter. Without one, at the end of every deadline,
;; the oracle's figures stand. Energy in Wh, money in microSTX, time in unix seconds.

;; ---------------------------------------------------------------- errors

;; The caller is neither the seller nor the buyer of this trade.
(define-constant ERR-NOT-PARTY (err u7000))
;; A call that takes money must come from the wallet itself, not through another contract.
(define-constant ERR-INDIRECT-CALL (err u7001))
;; Only the other party of the trade answers a claim.
(define-constant ERR-NOT-RESPONDENT (err u7002))
;; The caller was not drawn for this jury.
(define-constant ERR-NOT-JUROR (err u7003))
;; The claim is more than the trade was about.
(define-constant ERR-CLAIM (err u7100))
;; This is not what the juror committed to.
(define-constant ERR-BALLOT (err u7101))
;; There is no trade with this number.
(define-constant ERR-UNKNOWN-TRADE (err u7200))
;; The trade is settled, cancelled or disputed already.
(define-constant ERR-TRADE-NOT-OPEN (err u7201))
;; The slot is final or void: there is nothing left to contest.
(define-constant ERR-SLOT-CLOSED (err u7202))
;; There is no dispute with this number.
(define-constant ERR-UNKNOWN-DISPUTE (err u7203))
;; The dispute has been resolved.
(define-constant ERR-RESOLVED (err u7204))
;; The slot is neither final nor void.
(define-constant ERR-SLOT-OPEN (err u7205))
;; A trade is rated once it is settled, whatever was delivered.
(define-constant ERR-NOT-SETTLED (err u7206))
;; Trades without any fee are not rated: they cost nothing to make up.
(define-constant ERR-NO-FEE (err u7207))
;; A juror is an active verified household of Silver or above by its score, with a juror's stake.
(define-constant ERR-NOT-ELIGIBLE (err u7208))
;; This household is in the pool already.
(define-constant ERR-ENROLLED (err u7209))
;; This household is not in the pool.
(define-constant ERR-NOT-ENROLLED (err u7210))
;; A juror leaves the pool when its juries have ended.
(define-constant ERR-SEATED (err u7211))
;; The claim has been answered.
(define-constant ERR-ANSWERED (err u7212))
;; A jury has been called; there is one at most.
(define-constant ERR-JURY-CALLED (err u7213))
;; No jury has been called.
(define-constant ERR-NO-JURY (err u7214))
;; The pool is too small for a jury and the two parties.
(define-constant ERR-POOL (err u7215))
;; The jury has been drawn.
(define-constant ERR-DRAWN (err u7216))
;; This juror has committed already.
(define-constant ERR-COMMITTED (err u7217))
;; This juror has committed to nothing, or has revealed it.
(define-constant ERR-NOT-COMMITTED (err u7218))
;; There is nothing to judge: the report was revised, or the sides agree.
(define-constant ERR-NOTHING-TO-JUDGE (err u7219))
;; A jury that was called is not drawn yet: until then the pool stays as it was. Anybody may draw it from the next block on.
(define-constant ERR-DRAW-PENDING (err u7220))
;; The slot has not ended.
(define-constant ERR-TOO-EARLY (err u7300))
;; The time to commit is over.
(define-constant ERR-COMMIT-CLOSED (err u7301))
;; The time to commit is not over.
(define-constant ERR-COMMIT-OPEN (err u7302))
;; The time to reveal is over.
(define-constant ERR-REVEAL-CLOSED (err u7303))
;; The jury still sits.
(define-constant ERR-JURY-OPEN (err u7304))
;; A jury may still be called.
(define-constant ERR-CALL-WINDOW-OPEN (err u7305))
;; The time to call a jury is over.
(define-constant ERR-CALL-WINDOW-CLOSED (err u7306))
;; The block that draws the jury is not over.
(define-constant ERR-DRAW-TOO-EARLY (err u7307))
;; The caller cannot pay the bond.
(define-constant ERR-BOND (err u7400))
;; The caller cannot pay the jury.
(define-constant ERR-JURY-FEE (err u7401))

;; ---------------------------------------------------------------- constants

(define-constant SLOT-SECONDS u3600)

;; trade-escrow's status of slots and trades.
(define-constant BIT-VERIFIED u4)
(define-constant BIT-INACTIVE u16)
(define-constant SILVER u7000)
;; So often a juror is drawn: those drawn twice, or who may not judge this dispute, are passed over.
(define-constant DRAWS (list u0 u1 u2 u3 u4 u5 u6 u7 u8 u9 u10 u11 u12 u13 u14 u15 u16 u17 u18 u19 u20
  u21 u22 u23
))

(define-constant SLOT-IS-OPEN u0)
(define-constant SLOT-IS-VOID u2)
(define-constant TRADE-OPEN u0)
(define-constant TRADE-SETTLED u1)
(define-constant TRADE-PARTIAL u2)
(define-constant TRADE-FAILED u3)
(define-constant TRADE-DISPUTED u6)
(define-constant TRADE-RESOLVED u7)

(define-constant DISPUTE-OPEN u0)
(define-constant DISPUTE-UPHELD u1)
(define-constant DISPUTE-REJECTED u2)
(define-constant DISPUTE-JUDGING u3)

(define-constant ANSWER-NONE u0)
(define-constant ANSWER-AGREED u1)
(define-constant ANSWER-CONTESTED u2)

;; What ended a dispute: the report that stood, a revision, an agreement, a jury, or the silence of the oracle.
(define-constant BY-REPORT u0)
(define-constant BY-REVISION u1)
(define-constant BY-AGREEMENT u2)
(define-constant BY-JURY u3)
(define-constant BY-SILENCE u4)

;; ---------------------------------------------------------------- vars

(define-data-var last-dispute uint u0)
;; Bonds and fees of open disputes, in microSTX: all that this contract holds.
(define-data-var bonds uint u0)
(define-data-var jurors uint u0)
;; Juries that were called and not drawn yet. The block that draws them may be known by now, so nobody may join or leave the pool.
(define-data-var undrawn uint u0)

;; ---------------------------------------------------------------- maps

;; claim: Wh that the claimant says were delivered; revision: the report that stood when the dispute was opened, 0 if none.
(define-map disputes
  uint
  {
    trade: uint,
    claimant: principal,
    respondent: principal,
    claim: uint,
    evidence-hash: (buff 32),
    bond: uint,
    revision: uint,
    at: uint,
    status: uint,
    answer: uint,
    answer-bond: uint,
  }
)
;; fee: for each juror; height: the block whose hash draws; jurors: none until drawn; upheld, rejected: votes revealed.
(define-map juries
  uint
  {
    caller: principal,
    size: uint,
    fee: uint,
    height: uint,
    jurors: (list 7 principal),
    ends-at: uint,
    commit-until: uint,
    upheld: uint,
    rejected: uint,
    failed: bool,
  }
)
(define-map ballots
  {
    dispute: uint,
    juror: principal,
  }
  {
    hash: (buff 32),
    revealed: bool,
    uphold: bool,
  }
)
;; The pool from 0 up without gaps, and where each juror stands in it; seats: juries that it sits in now.
(define-map pool
  uint
  principal
)
(define-map pool-rows
  principal
  {
    at: (optional uint),
    seats: uint,
  }
)
;; A trade is disputed once at most.
(define-map dispute-of
  uint
  uint
)

;; ---------------------------------------------------------------- read-only

(define-read-only (get-dispute (id uint))
  (map-get? disputes id)
)

(define-read-only (get-dispute-of (trade uint))
  (map-get? dispute-of trade)
)

(define-read-only (get-dispute-count)
  (var-get last-dispute)
)

(define-read-only (get-jury (id uint))
  (map-get? juries id)
)

(define-read-only (get-ballot
    (dispute uint)
    (juror principal)
  )
  (map-get? ballots {
    dispute: dispute,
    juror: juror,
  })
)

(define-read-only (get-pool-size)
  (var-get jurors)
)

;; Juries that wait for their draw.
(define-read-only (get-undrawn)
  (var-get undrawn)
)

(define-read-only (get-juror (who principal))
  (default-to {
    at: none,
    seats: u0,
  }
    (map-get? pool-rows who)
  )
)

;; Whether somebody may judge: chosen by what it delivered, so a boost by stake does not count.
(define-read-only (is-eligible (who principal))
  (let ((bits (default-to u0 (get bits (contract-call? .user-registry get-user who)))))
    (and
      (> (bit-and bits BIT-VERIFIED) u0)
      (is-eq (bit-and bits BIT-INACTIVE) u0)
      (>= (contract-call? .reputation-system get-score who) SILVER)
      (>= (get amount (contract-call? .reputation-system get-stake who))
        (contract-call? .governance-dao get-parameter "juror-stake")
      )
    )
  )
)

;; What a juror commits to.
(define-read-only (get-ballot-hash
    (dispute uint)
    (juror principal)
    (uphold bool)
    (salt (buff 32))
  )
  (sha256 (default-to 0x
    (to-consensus-buff? {
      dispute: dispute,
      juror: juror,
      salt: salt,
      uphold: uphold,
    })
  ))
)

(define-read-only (get-bonds)
  (var-get bonds)
)

;; ---------------------------------------------------------------- user functions

;; Contests the delivery of a trade, from the slot's end until it is final. By one of its parties, with a bond.
(define-public (open-dispute
    (trade uint)
    (claim uint)
    (evidence-hash (buff 32))
  )
  (let (
      (now stacks-block-time)
      (claimant contract-caller)
      (row (unwrap! (contract-call? .trade-escrow get-trade trade) ERR-UNKNOWN-TRADE))
      (seller (get seller row))
      (slot (get slot row))
      (respondent (if (is-eq claimant seller)
        (get buyer row)
        seller
      ))
      (id (+ (var-get last-dispute) u1))
      (bond (contract-call? .governance-dao get-parameter "dispute-bond"))
      (result {
        id: id,
        trade: trade,
        claimant: claimant,
        claim: claim,
        evidence-hash: evidence-hash,
        bond: bond,
        revision: (default-to u0
          (get revision (contract-call? .energy-oracle get-report seller slot))
        ),
        at: now,
      })
    )
    (asserts! (is-eq tx-sender claimant) ERR-INDIRECT-CALL)
    (asserts! (or (is-eq claimant seller) (is-eq claimant (get buyer row)))
      ERR-NOT-PARTY
    )
    (asserts! (<= claim (get wh row)) ERR-CLAIM)
    (asserts! (is-eq (get status row) TRADE-OPEN) ERR-TRADE-NOT-OPEN)
    (asserts! (>= now (* (+ slot u1) SLOT-SECONDS)) ERR-TOO-EARLY)
    (asserts!
      (is-eq (get status (contract-call? .trade-escrow get-slot seller slot))
        SLOT-IS-OPEN
      )
      ERR-SLOT-CLOSED
    )
    (unwrap! (stx-transfer? bond tx-sender current-contract) ERR-BOND)
    (try! (contract-call? .trade-escrow mark-disputed trade))
    (try! (contract-call? .reputation-system hold-stake claimant))
    (try! (contract-call? .reputation-system hold-stake respondent))
    (var-set last-dispute id)
    (var-set bonds (+ (var-get bonds) bond))
    (map-set dispute-of trade id)
    (map-set disputes id {
      trade: trade,
      claimant: claimant,
      respondent: respondent,
      claim: claim,
      evidence-hash: evidence-hash,
      bond: bond,
      revision: (get revision result),
      at: now,
      status: DISPUTE-OPEN,
      answer: ANSWER-NONE,
      answer-bond: u0,
    })
    ;; @event dispute-opened { id: uint, trade: uint, claimant: principal, claim: uint, evidence-hash: (buff 32), bond: uint,
    ;;   revision: uint, at: uint }
    (print (merge { topic: "dispute-opened" } result))
    (ok result)
  )
)

;; Answers a claim, once: agrees with it, or contests it with a bond while the slot is open. By the other party of the trade.
(define-public (respond
    (id uint)
    (agree bool)
    (evidence-hash (buff 32))
  )
  (let (
      (dispute (unwrap! (map-get? disputes id) ERR-UNKNOWN-DISPUTE))
      (bond (if agree
        u0
        (contract-call? .governance-dao get-parameter "dispute-bond")
      ))
      (result {
        id: id,
        respondent: contract-caller,
        agree: agree,
        evidence-hash: evidence-hash,
        bond: bond,
        at: stacks-block-time,
      })
    )
    (asserts! (is-eq tx-sender contract-caller) ERR-INDIRECT-CALL)
    (asserts! (is-eq contract-caller (get respondent dispute)) ERR-NOT-RESPONDENT)
    (try! (check-open dispute))
    (asserts! (is-eq (get answer dispute) ANSWER-NONE) ERR-ANSWERED)
    (if agree
      true
      (begin
        (asserts! (is-eq (slot-status-of (get trade dispute)) SLOT-IS-OPEN) ERR-SLOT-CLOSED)
        (unwrap! (stx-transfer? bond tx-sender current-contract) ERR-BOND)
      )
    )
    (var-set bonds (+ (var-get bonds) bond))
    (map-set disputes id
      (merge dispute {
        answer: (if agree
          ANSWER-AGREED
          ANSWER-CONTESTED
        ),
        answer-bond: bond,
      })
    )
    ;; @event dispute-answered { id: uint, respondent: principal, agree: bool, evidence-hash: (buff 32), bond: uint, at: uint }
    (print (merge { topic: "dispute-answered" } result))
    (ok result)
  )
)

;; Ends a dispute by the automatic rule, once its slot is final or void, and nobody can call a jury any more. Anybody may call it.
(define-public (resolve-automatic (id uint))
  (let (
      (dispute (unwrap! (map-get? disputes id) ERR-UNKNOWN-DISPUTE))
      (slot-status (slot-status-of (get trade dispute)))
      (how (automatic-of dispute slot-status))
    )
    (try! (check-open dispute))
    (asserts! (not (is-eq slot-status SLOT-IS-OPEN)) ERR-SLOT-OPEN)
    (asserts!
      (or (not (is-eq how BY-REPORT)) (>= stacks-block-time (call-until dispute)))
      ERR-CALL-WINDOW-OPEN
    )
    (finish id dispute how
      (if (or (is-eq how BY-REVISION) (is-eq how BY-AGREEMENT))
        (some true)
        (if (is-eq how BY-REPORT)
          (some false)
          none
        )
      ))
  )
)

;; Puts a dispute that the automatic rule did not help before a jury, for the fee of all its jurors. By either party, from the final
;; report until the call window after the challenge window is over.
(define-public (call-jury (id uint))
  (let (
      (now stacks-block-time)
      (dispute (unwrap! (map-get? disputes id) ERR-UNKNOWN-DISPUTE))
      (slot-status (slot-status-of (get trade dispute)))
      (size (contract-call? .governance-dao get-parameter "jury-size"))
      (fee (contract-call? .governance-dao get-parameter "jury-fee"))
      (total (* size fee))
      (result {
        id: id,
        caller: contract-caller,
        size: size,
        fee: fee,
        height: stacks-block-height,
        at: now,
      })
    )
    (asserts! (is-eq tx-sender contract-caller) ERR-INDIRECT-CALL)
    (asserts!
      (or (is-eq contract-caller (get claimant dispute)) (is-eq contract-caller (get respondent dispute)))
      ERR-NOT-PARTY
    )
    (try! (check-open dispute))
    (asserts! (not (is-eq slot-status SLOT-IS-OPEN)) ERR-SLOT-OPEN)
    (asserts! (is-eq (automatic-of dispute slot-status) BY-REPORT)
      ERR-NOTHING-TO-JUDGE
    )
    (asserts! (< now (call-until dispute)) ERR-CALL-WINDOW-CLOSED)
    (asserts! (>= (var-get jurors) (+ size u2)) ERR-POOL)
    (asserts!
      (map-insert juries id {
        caller: contract-caller,
        size: size,
        fee: fee,
        height: (get height result),
        jurors: (list),
        ;; Nobody has to draw: then it ends here without a verdict.
        ends-at: (+ now (* u2 (contract-call? .governance-dao get-parameter "jury-period"))),
        commit-until: u0,
        upheld: u0,
        rejected: u0,
        failed: false,
      })
      ERR-JURY-CALLED
    )
    (if (> total u0)
      (unwrap! (stx-transfer? total tx-sender current-contract) ERR-JURY-FEE)
      true
    )
    (var-set bonds (+ (var-get bonds) total))
    (var-set undrawn (+ (var-get undrawn) u1))
    (map-set disputes id (merge dispute { status: DISPUTE-JUDGING }))
    ;; @event jury-called { id: uint, caller: principal, size: uint, fee: uint, height: uint, at: uint }
    (print (merge { topic: "jury-called" } result))
    (ok result)
  )
)

;; Draws the jury by the hash of the block in which it was called, out of the pool of that moment. Anybody may call it; there is
;; nothing to choose. Where too few may judge, the caller has the fee back and the report stands.
(define-public (draw-jury (id uint))
  (let (
      (now stacks-block-time)
      (dispute (unwrap! (map-get? disputes id) ERR-UNKNOWN-DISPUTE))
      (jury (unwrap! (map-get? juries id) ERR-NO-JURY))
      (hash (unwrap! (get-stacks-block-info? id-header-hash (get height jury))
        ERR-DRAW-TOO-EARLY
      ))
      (period (contract-call? .governance-dao get-parameter "jury-period"))
      (drawn (get jurors
        (fold draw-one DRAWS {
          seed: (concat hash (default-to 0x (to-consensus-buff? id))),
          size: (get size jury),
          pool: (var-get jurors),
          claimant: (get claimant dispute),
          respondent: (get respondent dispute),
          jurors: (list),
        })
      ))
      (failed (< (len drawn) (get size jury)))
      (result {
        id: id,
        jurors: (if failed
          (list)
          drawn
        ),
        commit-until: (+ now period),
        ends-at: (+ now period period),
      })
    )
    (asserts! (is-eq (get status dispute) DISPUTE-JUDGING) ERR-RESOLVED)
    (asserts! (is-eq (len (get jurors jury)) u0) ERR-DRAWN)
    (var-set undrawn (- (var-get undrawn) u1))
    (map-set juries id
      (merge jury {
        jurors: (get jurors result),
        commit-until: (get commit-until result),
        ends-at: (get ends-at result),
        failed: failed,
      })
    )
    (if failed
      (begin
        (try! (pay (get caller jury) (* (get size jury) (get fee jury))))
        (map-set disputes id (merge dispute { status: DISPUTE-OPEN }))
        true
      )
      (begin
        (map take-seat drawn)
        true
      )
    )
    ;; @event jury-drawn { id: uint, jurors: (list 7 principal), commit-until: uint, ends-at: uint }
    (print (merge { topic: "jury-drawn" } result))
    (ok result)
  )
)

;; Commits a juror to its vote, see get-ballot-hash.
(define-public (commit-vote
    (id uint)
    (hash (buff 32))
  )
  (let (
      (jury (unwrap! (map-get? juries id) ERR-NO-JURY))
      (result {
        id: id,
        juror: contract-caller,
        hash: hash,
      })
    )
    (try! (check-juror jury))
    (asserts! (< stacks-block-time (get commit-until jury)) ERR-COMMIT-CLOSED)
    (asserts!
      (map-insert ballots {
        dispute: id,
        juror: contract-caller,
      } {
        hash: hash,
        revealed: false,
        uphold: false,
      })
      ERR-COMMITTED
    )
    ;; @event vote-committed { id: uint, juror: principal, hash: (buff 32) }
    (print (merge { topic: "vote-committed" } result))
    (ok result)
  )
)

;; Reveals a juror's vote: whether the claim holds, or the meter.
(define-public (reveal-vote
    (id uint)
    (uphold bool)
    (salt (buff 32))
  )
  (let (
      (now stacks-block-time)
      (jury (unwrap! (map-get? juries id) ERR-NO-JURY))
      (key {
        dispute: id,
        juror: contract-caller,
      })
      (result {
        id: id,
        juror: contract-caller,
        uphold: uphold,
      })
    )
    (try! (check-juror jury))
    (asserts! (>= now (get commit-until jury)) ERR-COMMIT-OPEN)
    (asserts! (< now (get ends-at jury)) ERR-REVEAL-CLOSED)
    (let ((ballot (unwrap! (map-get? ballots key) ERR-NOT-COMMITTED)))
      (asserts! (not (get revealed ballot)) ERR-NOT-COMMITTED)
      (asserts!
        (is-eq (get hash ballot) (get-ballot-hash id contract-caller uphold salt))
        ERR-BALLOT
      )
      (map-set ballots key
        (merge ballot {
          revealed: true,
          uphold: uphold,
        })
      )
      (map-set juries id
        (if uphold
          (merge jury { upheld: (+ (get upheld jury) u1) })
          (merge jury { rejected: (+ (get rejected jury) u1) })
        ))
    )
    ;; @event vote-revealed { id: uint, juror: principal, uphold: bool }
    (print (merge { topic: "vote-revealed" } result))
    (ok result)
  )
)

;; Ends a jury when its time is over: more than half of all its jurors decide, otherwise the report stands and both have their bonds
;; back. Jurors who voted with the majority (all who voted, without one) have their fee, the caller has back what is left, and who
;; did not vote loses some of its stake. Anybody may call it.
(define-public (conclude-jury (id uint))
  (let (
      (dispute (unwrap! (map-get? disputes id) ERR-UNKNOWN-DISPUTE))
      (jury (unwrap! (map-get? juries id) ERR-NO-JURY))
      (half (/ (get size jury) u2))
      (verdict (if (> (get upheld jury) half)
        (some true)
        (if (> (get rejected jury) half)
          (some false)
          none
        )
      ))
    )
    (asserts! (is-eq (get status dispute) DISPUTE-JUDGING) ERR-RESOLVED)
    (asserts! (>= stacks-block-time (get ends-at jury)) ERR-JURY-OPEN)
    (if (is-eq (len (get jurors jury)) u0)
      (var-set undrawn (- (var-get undrawn) u1))
      true
    )
    (let (
        (paid (get paid
          (try! (fold leave-seat (get jurors jury)
            (ok {
              id: id,
              verdict: verdict,
              fee: (get fee jury),
              slash: (contract-call? .governance-dao get-parameter "juror-slash"),
              paid: u0,
            })
          ))
        ))
        (returned (- (* (get size jury) (get fee jury)) paid))
        (result {
          id: id,
          verdict: verdict,
          upheld: (get upheld jury),
          rejected: (get rejected jury),
          paid: paid,
          returned: returned,
        })
      )
      (try! (pay (get caller jury) returned))
      ;; @event jury-concluded { id: uint, verdict: (optional bool), upheld: uint, rejected: uint, paid: uint, returned: uint }
      (print (merge { topic: "jury-concluded" } result))
      (match verdict
        upheld (let ((loser (if upheld
            (get respondent dispute)
            (get claimant dispute)
          )))
          ;; Whoever left the claim unanswered did not defend what turned out wrong.
          (if (and upheld (not (is-eq (get answer dispute) ANSWER-CONTESTED)))
            true
            (match (contract-call? .reputation-system record-dispute loser id)
              done
              true
              code (tell-refused loser id code)
            )
          )
        )
        true
      )
      (finish id dispute BY-JURY verdict)
    )
  )
)

;; Joins the pool of jurors, while none waits for its draw. Its stake is held until it leaves.
(define-public (enrol-juror)
  (let (
      (row (get-juror contract-caller))
      (at (var-get jurors))
      (result {
        juror: contract-caller,
        jurors: (+ at u1),
      })
    )
    (asserts! (is-none (get at row)) ERR-ENROLLED)
    (asserts! (is-eq (var-get undrawn) u0) ERR-DRAW-PENDING)
    (asserts! (is-eligible contract-caller) ERR-NOT-ELIGIBLE)
    (try! (contract-call? .reputation-system hold-stake contract-caller))
    (map-set pool at contract-caller)
    (map-set pool-rows contract-caller (merge row { at: (some at) }))
    (var-set jurors (+ at u1))
    ;; @event juror-enrolled { juror: principal, jurors: uint }
    (print (merge { topic: "juror-enrolled" } result))
    (ok result)
  )
)

;; Leaves the pool, while none waits for its draw; the last takes the place that is free.
(define-public (leave-pool)
  (let (
      (row (get-juror contract-caller))
      (at (unwrap! (get at row) ERR-NOT-ENROLLED))
      (end (- (var-get jurors) u1))
      (last (unwrap! (map-get? pool end) ERR-NOT-ENROLLED))
      (result {
        juror: contract-caller,
        jurors: end,
      })
    )
    (asserts! (is-eq (get seats row) u0) ERR-SEATED)
    (asserts! (is-eq (var-get undrawn) u0) ERR-DRAW-PENDING)
    (map-set pool at last)
    (map-set pool-rows last (merge (get-juror last) { at: (some at) }))
    (map-set pool-rows contract-caller (merge row { at: none }))
    (var-set jurors end)
    (free contract-caller u0)
    ;; @event juror-left { juror: principal, jurors: uint }
    (print (merge { topic: "juror-left" } result))
    (ok result)
  )
)

;; Says 1 to 5 stars of the other side of a settled trade, and the hash of a comment. Once a side.
(define-public (rate
    (trade uint)
    (stars uint)
    (comment-hash (buff 32))
  )
  (let (
      (row (unwrap! (contract-call? .trade-escrow get-trade trade) ERR-UNKNOWN-TRADE))
      (status (get status row))
      (other (try! (other-side row)))
    )
    (asserts!
      (or
        (is-eq status TRADE-SETTLED)
        (is-eq status TRADE-PARTIAL)
        (is-eq status TRADE-FAILED)
        (is-eq status TRADE-RESOLVED)
      )
      ERR-NOT-SETTLED
    )
    (asserts! (> (get terms row) u0) ERR-NO-FEE)
    (contract-call? .reputation-system record-rating trade contract-caller other
      stars comment-hash
    )
  )
)

;; ---------------------------------------------------------------- helpers

(define-private (check-open (dispute {
  trade: uint,
  claimant: principal,
  respondent: principal,
  claim: uint,
  evidence-hash: (buff 32),
  bond: uint,
  revision: uint,
  at: uint,
  status: uint,
  answer: uint,
  answer-bond: uint,
}))
  (ok (asserts! (is-eq (get status dispute) DISPUTE-OPEN)
    (if (is-eq (get status dispute) DISPUTE-JUDGING)
      ERR-JURY-CALLED
      ERR-RESOLVED
    )))
)

(define-private (check-juror (jury {
  caller: principal,
  size: uint,
  fee: uint,
  height: uint,
  jurors: (list 7 principal),
  ends-at: uint,
  commit-until: uint,
  upheld: uint,
  rejected: uint,
  failed: bool,
}))
  (ok (asserts! (is-some (index-of? (get jurors jury) contract-caller)) ERR-NOT-JUROR))
)

(define-private (slot-status-of (trade uint))
  (match (contract-call? .trade-escrow get-trade trade)
    row (get status
      (contract-call? .trade-escrow get-slot (get seller row) (get slot row))
    )
    SLOT-IS-OPEN
  )
)

;; What the automatic rule makes of a dispute whose slot is closed.
(define-private (automatic-of
    (dispute {
      trade: uint,
      claimant: principal,
      respondent: principal,
      claim: uint,
      evidence-hash: (buff 32),
      bond: uint,
      revision: uint,
      at: uint,
      status: uint,
      answer: uint,
      answer-bond: uint,
    })
    (slot-status uint)
  )
  (if (is-eq slot-status SLOT-IS-VOID)
    BY-SILENCE
    (if (is-eq (get answer dispute) ANSWER-AGREED)
      BY-AGREEMENT
      ;; The first report revises nothing, so a dispute from before it needs the second.
      (if (> (revision-now dispute)
          (if (> (get revision dispute) u0)
            (get revision dispute)
            u1
          ))
        BY-REVISION
        BY-REPORT
      )
    )
  )
)

(define-private (report-of (dispute {
  trade: uint,
  claimant: principal,
  respondent: principal,
  claim: uint,
  evidence-hash: (buff 32),
  bond: uint,
  revision: uint,
  at: uint,
  status: uint,
  answer: uint,
  answer-bond: uint,
}))
  (match (contract-call? .trade-escrow get-trade (get trade dispute))
    row (contract-call? .energy-oracle get-report (get seller row) (get slot row))
    none
  )
)

(define-private (revision-now (dispute {
  trade: uint,
  claimant: principal,
  respondent: principal,
  claim: uint,
  evidence-hash: (buff 32),
  bond: uint,
  revision: uint,
  at: uint,
  status: uint,
  answer: uint,
  answer-bond: uint,
}))
  (default-to u0 (get revision (report-of dispute)))
)

;; A jury can be called until then.
(define-private (call-until (dispute {
  trade: uint,
  claimant: principal,
  respondent: principal,
  claim: uint,
  evidence-hash: (buff 32),
  bond: uint,
  revision: uint,
  at: uint,
  status: uint,
  answer: uint,
  answer-bond: uint,
}))
  (+ (default-to u0 (get closes-at (report-of dispute)))
    (contract-call? .governance-dao get-parameter "jury-call-window")
  )
)

;; The end of every dispute: bonds to whom they belong, the trade to escrow, the stakes free. `upheld` is none where nobody won.
(define-private (finish
    (id uint)
    (dispute {
      trade: uint,
      claimant: principal,
      respondent: principal,
      claim: uint,
      evidence-hash: (buff 32),
      bond: uint,
      revision: uint,
      at: uint,
      status: uint,
      answer: uint,
      answer-bond: uint,
    })
    (how uint)
    (upheld (optional bool))
  )
  (let (
      (trade (get trade dispute))
      (claimant (get claimant dispute))
      (respondent (get respondent dispute))
      (bond (get bond dispute))
      (contested (is-eq (get answer dispute) ANSWER-CONTESTED))
      (won (default-to false upheld))
      (lost (not (default-to true upheld)))
      (result {
        id: id,
        trade: trade,
        how: how,
        upheld: won,
        revision: (revision-now dispute),
        bond-returned: (not lost),
      })
    )
    (map-set disputes id
      (merge dispute { status: (if won
        DISPUTE-UPHELD
        DISPUTE-REJECTED
      ) })
    )
    (try! (pay
      (if lost
        (if contested
          respondent
          .governance-dao
        )
        claimant
      )
      bond
    ))
    (try! (pay
      (if (and won (is-eq how BY-JURY))
        claimant
        respondent
      )
      (get answer-bond dispute)
    ))
    (free claimant id)
    (free respondent id)
    ;; Long after the slot anybody may settle a disputed trade in escrow; then only the bonds are left to decide.
    (if (is-eq (status-of trade) TRADE-DISPUTED)
      (if (and won (or (is-eq how BY-JURY) (is-eq how BY-AGREEMENT)))
        (begin
          (try! (contract-call? .trade-escrow resolve-by-verdict trade (get claim dispute)))
          true
        )
        (begin
          (try! (contract-call? .trade-escrow resolve-trade trade))
          true
        )
      )
      false
    )
    ;; @event dispute-resolved { id: uint, trade: uint, how: uint, upheld: bool, revision: uint, bond-returned: bool }
    (print (merge { topic: "dispute-resolved" } result))
    (ok result)
  )
)

(define-private (status-of (trade uint))
  (default-to TRADE-RESOLVED
    (get status (contract-call? .trade-escrow get-trade trade))
  )
)

;; Pays out of what this contract holds for disputes.
(define-private (pay
    (to principal)
    (amount uint)
  )
  (begin
    (var-set bonds (- (var-get bonds) amount))
    (if (> amount u0)
      (as-contract? ((with-stx amount))
        (try! (stx-transfer? amount tx-sender to))
      )
      (ok true)
    )
  )
)

;; Ends the hold of a stake. Nobody's money waits for its reputation: what that contract refuses is told and not obeyed.
(define-private (free
    (who principal)
    (ref uint)
  )
  (match (contract-call? .reputation-system release-stake who)
    done
    true
    code (tell-refused who ref code)
  )
)

(define-private (tell-refused
    (who principal)
    (ref uint)
    (code uint)
  )
  (begin
    ;; @event reputation-refused { who: principal, ref: uint, code: uint }
    (print {
      topic: "reputation-refused",
      who: who,
      ref: ref,
      code: code,
    })
    false
  )
)

(define-private (draw-one
    (at uint)
    (state {
      seed: (buff 64),
      size: uint,
      pool: uint,
      claimant: principal,
      respondent: principal,
      jurors: (list 7 principal),
    })
  )
  (let ((drawn (get jurors state)))
    (if (or (is-eq (get pool state) u0) (>= (len drawn) (get size state)))
      state
      (match (map-get? pool
        (mod
          (buff-to-uint-be (default-to 0x00
            (as-max-len?
              (default-to 0x00
                (slice?
                  (sha256 (concat (get seed state) (default-to 0x (to-consensus-buff? at))))
                  u0 u16
                ))
              u16
            )))
          (get pool state)
        ))
        candidate (if (and
            (not (is-eq candidate (get claimant state)))
            (not (is-eq candidate (get respondent state)))
            (is-none (index-of? drawn candidate))
            (is-eligible candidate)
          )
          (merge state { jurors: (default-to drawn (as-max-len? (append drawn candidate) u7)) })
          state
        )
        state
      )
    )
  )
)

(define-private (take-seat (juror principal))
  (let ((row (get-juror juror)))
    (map-set pool-rows juror (merge row { seats: (+ (get seats row) u1) }))
  )
)

;; Pays or slashes one juror, whose seat ends.
(define-private (leave-seat
    (juror principal)
    (state (response {
      id: uint,
      verdict: (optional bool),
      fee: uint,
      slash: uint,
      paid: uint,
    }
      uint
    ))
  )
  (let (
      (so-far (try! state))
      (row (get-juror juror))
      (ballot (map-get? ballots {
        dispute: (get id so-far),
        juror: juror,
      }))
      (voted (default-to false (get revealed ballot)))
      (uphold (default-to false (get uphold ballot)))
      (earned (if (and voted (is-eq uphold (default-to uphold (get verdict so-far))))
        (get fee so-far)
        u0
      ))
    )
    (map-set pool-rows juror (merge row { seats: (- (get seats row) u1) }))
    (try! (pay juror earned))
    (if voted
      true
      (match (contract-call? .reputation-system slash juror (get slash so-far) none)
        done
        true
        code (tell-refused juror (get id so-far) code)
      )
    )
    (ok (merge so-far { paid: (+ (get paid so-far) earned) }))
  )
)

;; The party of a trade that is not the caller.
(define-private (other-side (row {
  seller: principal,
  buyer: principal,
  wh: uint,
  cost: uint,
  locked: uint,
  slot: uint,
  pv: uint,
  terms: uint,
  origin: uint,
  ref: uint,
  at: uint,
  status: uint,
}))
  (if (is-eq contract-caller (get seller row))
    (ok (get buyer row))
    (if (is-eq contract-caller (get buyer row))
      (ok (get seller row))
      ERR-NOT-PARTY
    )
  )
)
