// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: the descriptors, one function an operator, next to it.
#ifndef ANON_SRC_TRANSFORM_OPERATOR_DESCRIPTORS_H_
#define ANON_SRC_TRANSFORM_OPERATOR_DESCRIPTORS_H_

#include "anon/transform/cell_operator.h"

namespace anon::internal {

const OperatorDescriptor& SuppressCellDescriptor();
const OperatorDescriptor& SuppressRecordDescriptor();
const OperatorDescriptor& TopCodeDescriptor();
const OperatorDescriptor& BottomCodeDescriptor();
const OperatorDescriptor& RoundToBaseDescriptor();
const OperatorDescriptor& MaskCharactersDescriptor();
const OperatorDescriptor& TruncateTimeDescriptor();
const OperatorDescriptor& RedactTextDescriptor();

// Those that a policy states otherwise than as an operator of a column.
const OperatorDescriptor& SuppressAttributeDescriptor();
const OperatorDescriptor& GeneralizeDescriptor();
const OperatorDescriptor& GridSpacetimeDescriptor();
const OperatorDescriptor& AssignPseudonymDescriptor();
const OperatorDescriptor& SelectAttributesDescriptor();
const OperatorDescriptor& ShuffleRecordsDescriptor();

}  // namespace anon::internal

#endif  // ANON_SRC_TRANSFORM_OPERATOR_DESCRIPTORS_H_
