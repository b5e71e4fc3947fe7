// SPDX-License-Identifier: Apache-2.0
//
// What a policy does to a column otherwise than by an operator of its own: in
// words, for `anon operators` and the documents.
#include "transform/operator_descriptors.h"

namespace anon::internal {

const OperatorDescriptor& SuppressAttributeDescriptor() {
  static const auto& descriptor =
      *new OperatorDescriptor{.name = "suppress_attribute",
                              .technique = "suppress_attribute",
                              .ja = "項目を丸ごと削除する（項目削除）",
                              .en = "Leave a whole column out",
                              .takes = "anything",
                              .missing = "goes with the column",
                              .example = "treatment: suppress"};
  return descriptor;
}

const OperatorDescriptor& SelectAttributesDescriptor() {
  static const auto& descriptor = *new OperatorDescriptor{
      .name = "select_attributes",
      .technique = "select_attributes",
      .ja = "必要な項目だけを選び、ほかを削除する（項目一部抽出）",
      .en = "Take some columns and leave out all others",
      .takes = "anything",
      .missing = "stays missing",
      .example = "select_attributes: [birth_date, sex, plan]"};
  return descriptor;
}

const OperatorDescriptor& GeneralizeDescriptor() {
  static const auto& descriptor = *new OperatorDescriptor{
      .name = "generalize",
      .technique = "generalize",
      .ja = "値をより広い区分に置き換える（一般化）",
      .en = "Replace values by broader ones of a hierarchy",
      .takes = "the values of the hierarchy",
      .missing =
          "a value like others: the hierarchy has a line for it, or it "
          "is refused",
      .example = "hierarchy: data/hierarchy_birth_date.csv, level: 3"};
  return descriptor;
}

const OperatorDescriptor& AssignPseudonymDescriptor() {
  static const auto& descriptor = *new OperatorDescriptor{
      .name = "assign_pseudonym",
      .technique = "assign_pseudonym",
      .ja = "識別子を復元の規則がない仮IDに置き換える（仮名化）",
      .en = "Replace identifiers by pseudonyms that no rule restores",
      .takes = "any text",
      .missing = "stays missing",
      .example = "treatment: pseudonymize"};
  return descriptor;
}

const OperatorDescriptor& ShuffleRecordsDescriptor() {
  static const auto& descriptor = *new OperatorDescriptor{
      .name = "shuffle_records",
      .technique = "shuffle_records",
      .ja = "レコードの順序を入れ替える（並べ替え）",
      .en = "Shuffle the order of records; every release is",
      .takes = "anything",
      .missing = "stays missing",
      .example = "(always done)"};
  return descriptor;
}

}  // namespace anon::internal
